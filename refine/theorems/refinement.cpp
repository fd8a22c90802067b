#include <fmt/format.h>

#include "refine/shape.hpp"
#include "refine/step.hpp"

/// `refinement`: the abstraction of the state after is the spec's step from the abstraction of the
/// state before. Stated locally: at one arbitrary frame, word, compartment, and for translations at one
/// arbitrary entry of one arbitrary table; theorem `walk` lifts that to whole walks.
namespace bulkhead::refine {
namespace {

using S = Symbolic;

void add_frames(std::vector<Statement>& all) {
  all.push_back({"refinement", "frame.state", "every frame has the state that the spec gives it",
                 [](const Step& s, const Point& p) {
                   return s.after.frames.state.get(p.frame) == s.spec_after.frames.state.get(p.frame);
                 }});
  all.push_back({"refinement", "frame.owner", "every frame has the owner that the spec gives it",
                 [](const Step& s, const Point& p) {
                   return abstract_owner(s.after, p.frame) == s.spec_after.frames.owner.get(p.frame);
                 }});
  all.push_back({"refinement", "frame.shared_with", "every host frame is shared with whom the spec says",
                 [](const Step& s, const Point& p) {
                   return abstract_sharer(s.after, p.frame) == s.spec_after.frames.shared_with.get(p.frame);
                 }});
  all.push_back({"refinement", "content", "every host, spare, data, vCPU and device frame holds what the spec says",
                 [](const Step& s, const Point& p) {
                   const auto visible = has_content(s.after.frames.state.get(p.frame));
                   return implies(visible, s.after.hardware.memory().load(p.frame, p.index) ==
                                               s.spec_after.frames.content.load(p.frame, p.index));
                 }});
}

void add_compartments(std::vector<Statement>& all) {
  const auto in_use = [](const Step& s, const Point& p) {
    return s.spec_after.compartments.state.get(p.compartment) != CompartmentState::free;
  };
  all.push_back({"refinement", "compartment.state", "every compartment id is where the spec has it",
                 [](const Step& s, const Point& p) {
                   return s.after.compartments.state.get(p.compartment) ==
                          s.spec_after.compartments.state.get(p.compartment);
                 }});
  all.push_back({"refinement", "compartment.root", "every compartment has the root frame that the spec gives it",
                 [in_use](const Step& s, const Point& p) {
                   return implies(in_use(s, p), s.after.compartments.root.get(p.compartment) ==
                                                    s.spec_after.compartments.root.get(p.compartment));
                 }});
  all.push_back({"refinement", "compartment.vcpus", "every compartment has as many vCPUs as the spec gives it",
                 [in_use](const Step& s, const Point& p) {
                   return implies(in_use(s, p), s.after.compartments.vcpus.get(p.compartment) ==
                                                    s.spec_after.compartments.vcpus.get(p.compartment));
                 }});
}

void add_vcpus(std::vector<Statement>& all) {
  all.push_back(
      {"refinement", "vcpu.state", "every vCPU is there and on as the spec has it", [](const Step& s, const Point& p) {
         return s.after.vcpus.state.get(p.compartment, p.vcpu) == s.spec_after.vcpus.state.get(p.compartment, p.vcpu);
       }});
  all.push_back({"refinement", "vcpu.frame", "every vCPU has its context in the frame that the spec says",
                 [](const Step& s, const Point& p) {
                   return implies(s.spec_after.vcpus.state.get(p.compartment, p.vcpu) != VcpuState::none,
                                  s.after.vcpus.frame.get(p.compartment, p.vcpu) ==
                                      s.spec_after.vcpus.frame.get(p.compartment, p.vcpu));
                 }});
}

/// An entry without a further table, seen at one of its pages: what it means, and what the spec says there.
struct Seen {
  SymBool relevant;
  Meaning meaning;

  Seen(const Step& s, const Point& p, unsigned level) {
    const Word<S> entry = s.after.hardware.memory().load(p.frame, hw::index_at<S>(p.page, level));
    relevant = translates(s.after, p.frame, level, p.compartment, p.page) & (!hw::is_table<S>(entry, level));
    meaning = meaning_of(entry, level, p.page);
  }
};

void add_translations(std::vector<Statement>& all, unsigned level) {
  const auto add = [&all, level](const char* what, const char* text, auto holds) {
    all.push_back(
        {"refinement", fmt::format("translation.{}.level{}", what, level), text, holds, Assumes::walk, level});
  };
  add("access", "every page is accessible as the spec says", [level](const Step& s, const Point& p) {
    const Seen seen(s, p, level);
    return implies(seen.relevant, seen.meaning.access == s.spec_after.translations.access.get(p.compartment, p.page));
  });
  add("frame", "every mapped page leads to the frame that the spec says", [level](const Step& s, const Point& p) {
    const Seen seen(s, p, level);
    return implies(seen.relevant & (seen.meaning.access != Access::none),
                   seen.meaning.frame == s.spec_after.translations.frame.get(p.compartment, p.page));
  });
  add("state", "every page without a mapping has the IPA state that the spec says",
      [level](const Step& s, const Point& p) {
        const Seen seen(s, p, level);
        return implies(seen.relevant & (seen.meaning.access == Access::none),
                       seen.meaning.state == s.spec_after.translations.state.get(p.compartment, p.page));
      });
}

void add_free(std::vector<Statement>& all) {
  all.push_back(
      {"refinement", "translation.free", "nothing is mapped for an id that is free", [](const Step& s, const Point& p) {
         const auto& t = s.spec_after.translations;
         const auto free = s.after.compartments.state.get(p.compartment) == CompartmentState::free;
         return implies(free, (t.access.get(p.compartment, p.page) == Access::none) &
                                  (t.state.get(p.compartment, p.page) == IpaState::empty));
       }});
}

void add_tables(std::vector<Statement>& all, unsigned level) {
  const auto add = [&all, level](const char* what, const char* text, auto holds) {
    all.push_back({"refinement", fmt::format("table.{}.level{}", what, level), text, holds, Assumes::walk, level});
  };
  add("present", "every table serves the pages that the spec says it serves", [level](const Step& s, const Point& p) {
    const auto& tables = s.spec_after.tables;
    return implies(translates(s.after, p.frame, level, p.compartment, p.page),
                   (tables.present.get(Level<S>(level), p.compartment, p.page) == Flag::yes) &
                       (tables.frame.get(Level<S>(level), p.compartment, p.page) == p.frame));
  });
  add("absent", "every table that the spec says there is, is one", [level](const Step& s, const Point& p) {
    const auto& tables = s.spec_after.tables;
    const auto present = tables.present.get(Level<S>(level), p.compartment, p.page) == Flag::yes;
    const Frame<S> table = tables.frame.get(Level<S>(level), p.compartment, p.page);
    return implies(present, translates(s.after, table, level, p.compartment, p.page));
  });
}

}  // namespace

void add_refinement(const Step& /*step*/, std::vector<Statement>& all) {
  add_frames(all);
  add_compartments(all);
  add_vcpus(all);
  add_free(all);
  for (unsigned level = 0; level <= leaf_level; ++level) { add_translations(all, level); }
  for (unsigned level = 1; level <= leaf_level; ++level) { add_tables(all, level); }
}

}  // namespace bulkhead::refine
