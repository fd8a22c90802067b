#include <fmt/format.h>

#include "refine/shape.hpp"
#include "refine/step.hpp"

/// `footprint`: a refused call changes nothing; a successful one nothing outside its footprint.
namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// What no call may change, carried out or refused.
void add_fixed(std::vector<Statement>& all) {
  all.push_back({"footprint", "platform", "what boot found of every frame, and where the host's root is, stays so",
                 [](const Step& s, const Point& p) {
                   const auto& a = s.before->platform;
                   const auto& b = s.after.platform;
                   return (a.ram.get(p.frame) == b.ram.get(p.frame)) &
                          (a.reserved.get(p.frame) == b.reserved.get(p.frame)) &
                          (a.engine_device.get(p.frame) == b.engine_device.get(p.frame)) &
                          (s.before->host_root == s.after.host_root);
                 }});
}

void add_unchanged(std::vector<Statement>& all) {
  all.push_back({"footprint", "frames", "a refused call leaves every frame's record as it was",
                 [](const Step& s, const Point& p) {
                   const auto& a = s.before->frames;
                   const auto& b = s.after.frames;
                   return (a.state.get(p.frame) == b.state.get(p.frame)) &
                          (a.owner.get(p.frame) == b.owner.get(p.frame)) &
                          (a.parent_table.get(p.frame) == b.parent_table.get(p.frame)) &
                          (a.parent_index.get(p.frame) == b.parent_index.get(p.frame)) &
                          (a.level.get(p.frame) == b.level.get(p.frame)) & (a.base.get(p.frame) == b.base.get(p.frame));
                 }});
  all.push_back({"footprint", "memory", "a refused call leaves every word of memory as it was",
                 [](const Step& s, const Point& p) {
                   return s.before->hardware.memory().load(p.frame, p.index) ==
                          s.after.hardware.memory().load(p.frame, p.index);
                 }});
  all.push_back({"footprint", "compartments", "a refused call leaves every compartment as it was",
                 [](const Step& s, const Point& p) {
                   const auto& a = s.before->compartments;
                   const auto& b = s.after.compartments;
                   return (a.state.get(p.compartment) == b.state.get(p.compartment)) &
                          (a.root.get(p.compartment) == b.root.get(p.compartment)) &
                          (a.vcpus.get(p.compartment) == b.vcpus.get(p.compartment));
                 }});
  all.push_back({"footprint", "vcpus", "a refused call leaves every vCPU as it was", [](const Step& s, const Point& p) {
                   const auto& a = s.before->vcpus;
                   const auto& b = s.after.vcpus;
                   return (a.state.get(p.compartment, p.vcpu) == b.state.get(p.compartment, p.vcpu)) &
                          (a.frame.get(p.compartment, p.vcpu) == b.frame.get(p.compartment, p.vcpu));
                 }});
  all.push_back(
      {"footprint", "registers", "a refused call leaves every CPU's registers as they were",
       [](const Step& s, const Point& p) { return s.before->hardware.vttbr(p.cpu) == s.after.hardware.vttbr(p.cpu); }});
}

/// Whether the footprint of the call covers the point, as far as it speaks of that part.
SymBool covered(const Step& s, const Point& p, spec::Part part) {
  const spec::Point<S> at{p.frame, p.compartment, p.page, p.level, p.vcpu};
  SymBool answer = false;
  for (const spec::Touch<S>& touch : s.rule->footprint) {
    if (touch.part == part) { answer = answer | touch.covers(s.spec_before, s.inputs, at); }
  }
  return answer;
}

void add_outside(std::vector<Statement>& all) {
  using spec::Part;
  all.push_back({"footprint", "frame", "no frame outside the footprint changes state, owner or sharing",
                 [](const Step& s, const Point& p) {
                   const auto& a = s.spec_before.frames;
                   return covered(s, p, Part::frame) |
                          ((a.state.get(p.frame) == s.after.frames.state.get(p.frame)) &
                           (a.owner.get(p.frame) == abstract_owner(s.after, p.frame)) &
                           (a.shared_with.get(p.frame) == abstract_sharer(s.after, p.frame)));
                 }});
  all.push_back({"footprint", "content",
                 "no host, spare, data, vCPU or device frame outside the footprint changes content",
                 [](const Step& s, const Point& p) {
                   return covered(s, p, Part::content) | (!has_content(s.after.frames.state.get(p.frame))) |
                          (s.before->hardware.memory().load(p.frame, p.index) ==
                           s.after.hardware.memory().load(p.frame, p.index));
                 }});
  all.push_back({"footprint", "translation", "no page outside the footprint changes its meaning",
                 [](const Step& s, const Point& p) {
                   const auto& a = s.spec_before.translations;
                   const auto& b = s.spec_after.translations;
                   const auto access = b.access.get(p.compartment, p.page);
                   const auto mapped = access != Access::none;
                   return covered(s, p, Part::translation) |
                          ((a.access.get(p.compartment, p.page) == access) &
                           ((!mapped) | (a.frame.get(p.compartment, p.page) == b.frame.get(p.compartment, p.page))) &
                           (mapped | (a.state.get(p.compartment, p.page) == b.state.get(p.compartment, p.page))));
                 }});
  all.push_back({"footprint", "table", "no page outside the footprint changes the table that serves it",
                 [](const Step& s, const Point& p) {
                   const auto& a = s.spec_before.tables;
                   const auto& b = s.spec_after.tables;
                   const auto present = b.present.get(p.level, p.compartment, p.page);
                   const auto below_root = p.level != Level<S>(0);
                   return covered(s, p, Part::table) | (!below_root) |
                          ((a.present.get(p.level, p.compartment, p.page) == present) &
                           ((present == Flag::no) | (a.frame.get(p.level, p.compartment, p.page) ==
                                                     b.frame.get(p.level, p.compartment, p.page))));
                 }});
  all.push_back(
      {"footprint", "compartment", "no compartment outside the footprint changes", [](const Step& s, const Point& p) {
         const auto& a = s.before->compartments;
         const auto& b = s.after.compartments;
         return covered(s, p, Part::compartment) | ((a.state.get(p.compartment) == b.state.get(p.compartment)) &
                                                    (a.root.get(p.compartment) == b.root.get(p.compartment)) &
                                                    (a.vcpus.get(p.compartment) == b.vcpus.get(p.compartment)));
       }});
  all.push_back({"footprint", "vcpu", "no vCPU outside the footprint changes", [](const Step& s, const Point& p) {
                   const auto& a = s.before->vcpus;
                   const auto& b = s.after.vcpus;
                   return covered(s, p, Part::vcpu) |
                          ((a.state.get(p.compartment, p.vcpu) == b.state.get(p.compartment, p.vcpu)) &
                           (a.frame.get(p.compartment, p.vcpu) == b.frame.get(p.compartment, p.vcpu)));
                 }});
}

/// Whether the spec's effect writes some field of that part at the point, with whatever value.
SymBool written(const Step& s, const Point& p, spec::Part part) {
  const spec::State<S>& after = s.spec_after;
  switch (part) {
    case spec::Part::frame:
      return after.frames.state.written(p.frame) | after.frames.owner.written(p.frame) |
             after.frames.shared_with.written(p.frame);
    case spec::Part::content:
      return after.frames.content.written(p.frame, p.index);
    case spec::Part::translation:
      return after.translations.access.written(p.compartment, p.page) |
             after.translations.frame.written(p.compartment, p.page) |
             after.translations.state.written(p.compartment, p.page);
    case spec::Part::table:
      return after.tables.present.written(p.level, p.compartment, p.page) |
             after.tables.frame.written(p.level, p.compartment, p.page);
    case spec::Part::compartment:
      return after.compartments.state.written(p.compartment) | after.compartments.root.written(p.compartment) |
             after.compartments.vcpus.written(p.compartment);
    case spec::Part::vcpu:
      return after.vcpus.state.written(p.compartment, p.vcpu) | after.vcpus.frame.written(p.compartment, p.vcpu);
  }
  return false;
}

/// A footprint says no more than it must: otherwise it would allow what the call does not need.
void add_exact(std::vector<Statement>& all) {
  using spec::Part;
  for (const Part part : {Part::frame, Part::content, Part::translation, Part::table, Part::compartment, Part::vcpu}) {
    all.push_back(
        {"footprint", fmt::format("exact.{}", name_of(part)),
         fmt::format("the footprint names, of part {}, only what the effect writes", name_of(part)),
         [part](const Step& s, const Point& p) { return implies(covered(s, p, part), written(s, p, part)); }});
  }
}

}  // namespace

void add_footprint(const Step& step, std::vector<Statement>& all) {
  add_fixed(all);
  if (step.succeeded()) {
    add_outside(all);
    add_exact(all);
  } else {
    add_unchanged(all);
  }
}

}  // namespace bulkhead::refine
