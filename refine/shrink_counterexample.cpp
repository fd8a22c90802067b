#include "refine/shrink_counterexample.hpp"

#include <algorithm>
#include <functional>

#include "hw/descriptor.hpp"
#include "refine/explain.hpp"
#include "refine/renaming.hpp"
#include "refine/simpler.hpp"

namespace bulkhead::refine {
namespace {

constexpr uint64_t first_ram_frame = 0x40000;  ///< of QEMU's virt machine, which replay boots by default
constexpr uint64_t first_shared_index = entries_per_table / 2;  ///< in a root
constexpr unsigned most_rounds = 3;

/// Whether a frame is one of the quiet rest as it stands.
bool is_quiet(const FrameRecord& record) {
  return record.state == FrameState::device || record.state == FrameState::engine;
}

/// Roots come first, then their tables from the top down, then what these map, then the rest.
uint64_t rank(const FrameRecord& record) {
  if (record.state == FrameState::root) { return 0; }
  if (record.state == FrameState::table) { return record.level; }
  return is_data(record.state) ? leaf_level + 1 : leaf_level + 2;
}

/// Takes a frame out, with what it holds and the entries that lead to it.
void erase_frame(SmallState& s, uint64_t frame) {
  std::erase_if(s.words, [&](const auto& word) {
    const bool leads_on = s.listed_table(word.first.first) != nullptr && (word.second & 1) != 0;
    const uint64_t target = raw(hw::output_frame<Concrete>(Word<Concrete>(word.second)));
    return word.first.first == frame || (leads_on && target == frame);
  });
  s.frames.erase(frame);
}

/// RAM of which boot found nothing special.
void make_ordinary(FrameRecord& record) {
  record.ram = true;
  record.reserved = false;
  record.engine_device = false;
}

FrameRecord host_frame() {
  FrameRecord record;
  record.state = FrameState::host;
  make_ordinary(record);
  return record;
}

/// What a wrong engine reads where the host has a table it may as well read where the host has a page. `read` are its
/// effects.
void read_from_host_frames(Counterexample& c, const std::vector<hw::Effect<Concrete>>& read) {
  const SmallState whole = c.before;
  const auto take = [&](uint64_t frame, uint64_t index) {
    if (!whole.first_host_frame_under(frame, index)) { return; }
    c.before.frames[frame] = host_frame();
    c.before.words[{frame, index}] = whole.word(frame, index);
  };
  c.before.host = {};
  for (const hw::Effect<Concrete>& effect : read) {
    if (effect.kind == hw::EffectKind::load) { take(raw(effect.frame), raw(effect.index)); }
    if (effect.kind == hw::EffectKind::copy) { take(raw(effect.source), raw(effect.index)); }
  }
}

/// Whole tables of destroyed entries are made by few calls, tables of prepared ones by one call an entry. `listed` and
/// `rest` are what prepared entries become, those that are listed and the others.
void replace_ram(SmallState& s, uint64_t frame, IpaState listed, IpaState rest) {
  const auto word_of = [](IpaState state) { return static_cast<uint64_t>(state) << 2U; };
  FrameRecord& record = s.frames[frame];
  if (!record.is_table()) { return; }
  if ((record.rest & 1) == 0) { record.rest = word_of(rest); }
  for (auto& [key, word] : s.words) {
    if (key.first == frame && (word & 1) == 0) { word = word_of(listed); }
  }
}

/// Whether some entry of a table is prepared.
bool has_ram(const SmallState& s, uint64_t frame) {
  const uint64_t ram = static_cast<uint64_t>(IpaState::ram) << 2U;
  const auto is_ram = [&](const auto& word) { return word.first.first == frame && word.second == ram; };
  const FrameRecord* table = s.listed_table(frame);
  return table != nullptr && (table->rest == ram || std::any_of(s.words.begin(), s.words.end(), is_ram));
}

void erase_compartment(SmallState& s, uint64_t id) {
  const auto frames = s.frames;
  for (const auto& [frame, record] : frames) {
    if (record.owner == id) { erase_frame(s, frame); }
  }
  std::erase_if(s.vcpus, [id](const auto& vcpu) { return vcpu.first.first == id; });
  s.compartments.erase(id);
}

void erase_vcpu(SmallState& s, const SmallState::Key& vcpu) {
  erase_frame(s, s.vcpus.at(vcpu).frame);
  s.vcpus.erase(vcpu);
}

class Shrinker {
 public:
  Shrinker(const Counterexample& start, const CallFault& fault) : best_(renewed(start, fault)), fault_(fault) {}

  Counterexample run() {
    for (unsigned round = 0; round < most_rounds; ++round) {
      const size_t before = adopted_;
      leave_out();
      rename();
      simplify();
      if (adopted_ == before) { break; }
    }
    return renewed(best_, fault_);
  }

 private:
  using Change = std::function<void(Counterexample&)>;

  bool stands(const Counterexample& candidate) const {
    const Recheck again = recheck(candidate, fault_);
    return again.stands() && (!candidate.made || again.path == best_.made->path);
  }
  bool adopt(Counterexample candidate) {
    if (!stands(candidate)) { return false; }
    best_ = std::move(candidate);
    ++adopted_;
    return true;
  }
  bool attempt(const Change& change) {
    Counterexample candidate = best_;
    change(candidate);
    const bool is_other =
        !(candidate.before == best_.before) || !(candidate.point == best_.point) ||
        (candidate.made && (candidate.made->arguments != best_.made->arguments ||
                            candidate.made->caller != best_.made->caller || candidate.made->cpu != best_.made->cpu));
    return is_other && adopt(std::move(candidate));
  }

  void leave_out() {
    if (!attempt([](Counterexample& c) { c.before.host = {}; }) && best_.made) {
      const auto effects = renewed(best_, fault_).made->effects;
      attempt([&effects](Counterexample& c) { read_from_host_frames(c, effects); });
    }
    attempt([](Counterexample& c) { c.before.vttbr.clear(); });
    attempt(
        [](Counterexample& c) { std::erase_if(c.before.frames, [](const auto& f) { return is_quiet(f.second); }); });
    attempt([](Counterexample& c) {
      std::erase_if(c.before.compartments, [](const auto& r) { return r.second.state == CompartmentState::free; });
    });
    attempt([](Counterexample& c) {
      std::erase_if(c.before.vcpus, [](const auto& v) { return v.second.state == VcpuState::none; });
    });
    for (const auto& [id, record] : std::map(best_.before.compartments)) {
      attempt([id = id](Counterexample& c) { erase_compartment(c.before, id); });
    }
    for (const auto& [vcpu, record] : std::map(best_.before.vcpus)) {
      attempt([vcpu = vcpu](Counterexample& c) { erase_vcpu(c.before, vcpu); });
    }
    for (const auto& [frame, record] : std::map(best_.before.frames)) {
      attempt([frame = frame](Counterexample& c) { erase_frame(c.before, frame); });
    }
    for (const auto& [word, value] : std::map(best_.before.words)) {
      attempt([word = word](Counterexample& c) { c.before.words.erase(word); });
    }
  }

  void rename() {
    rename_frames();
    rename_compartments();
    rename_vcpus();
    for (unsigned level = 0; level <= leaf_level; ++level) { rename_indices(level); }
  }

  /// All at once where that does, else one by one.
  template <class With>
  void rename_with(const Renaming& names, const With& with) {
    if (names.empty() || adopt(with(best_, names))) { return; }
    for (const auto& name : names) {
      const bool is_free = std::none_of(names.begin(), names.end(), [&](auto& n) { return n.first == name.second; });
      if (is_free) { adopt(with(best_, Renaming{name})); }
    }
  }

  void rename_frames() {
    std::vector<std::pair<uint64_t, uint64_t>> ranked;
    for (const auto& [frame, record] : best_.before.frames) {
      if (!is_quiet(record)) { ranked.emplace_back(rank(record), frame); }
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<uint64_t> frames;
    for (const auto& [rank, frame] : ranked) { frames.push_back(frame); }
    rename_with(numbered_from(first_ram_frame, frames), with_frames);
  }
  void rename_compartments() {
    std::vector<uint64_t> ids;
    for (const auto& [id, record] : best_.before.compartments) {
      if (id != 0) { ids.push_back(id); }
    }
    rename_with(numbered_from(1, ids), with_compartments);
  }
  void rename_vcpus() {
    std::set<uint64_t> indices;
    for (const auto& [vcpu, record] : best_.before.vcpus) { indices.insert(vcpu.second); }
    rename_with(numbered_from(0, {indices.begin(), indices.end()}), with_vcpus);
  }
  /// At the root, where the two halves mean different things, then each half from its own start.
  void rename_indices(unsigned level) {
    const std::set<uint64_t> used = indices_used(level);
    const std::vector<uint64_t> all(used.begin(), used.end());
    const auto with = level_renaming(level);
    rename_with(numbered_from(0, all), with);
    if (level != 0) { return; }
    const auto shared = std::lower_bound(all.begin(), all.end(), first_shared_index);
    Renaming names = numbered_from(0, {all.begin(), shared});
    names.merge(numbered_from(first_shared_index, {shared, all.end()}));
    rename_with(names, with);
  }
  static std::function<Counterexample(const Counterexample&, const Renaming&)> level_renaming(unsigned level) {
    return [level](const Counterexample& c, const Renaming& n) { return with_indices(c, level, n); };
  }
  std::set<uint64_t> indices_used(unsigned level) const {
    std::set<uint64_t> used;
    const auto add = [&](uint64_t page) { used.insert(page >> span_shift(level) & low_mask(index_bits)); };
    const SmallState& s = best_.before;
    for (const auto& [key, word] : s.words) {
      const FrameRecord* table = s.listed_table(key.first);
      if (table != nullptr && table->level == level) { used.insert(key.second); }
    }
    for (const auto& [frame, record] : s.frames) {
      if (record.is_table() && record.level > level) { add(record.base); }
    }
    if (best_.made) {
      const auto& inputs = row_of(best_.made->call).inputs;
      for (size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].kind == Kind::ipa) { add(best_.made->arguments[i] >> page_shift); }
      }
    }
    return used;
  }

  void simplify() {
    simplify_call();
    simplify_place();
    simplify_records();
    for (const auto& [word, value] : std::map(best_.before.words)) {
      if (best_.before.listed_table(word.first) != nullptr) { continue; }  // an IPA state is no number
      simplify_number(value, [word = word](Counterexample& c) { return &c.before.words[word]; });
    }
  }
  /// Tries simpler numbers where `place` says.
  template <class Place>
  void simplify_number(uint64_t number, const Place& place) {
    for (const uint64_t candidate : simpler(number)) {
      if (attempt([&](Counterexample& c) { *place(c) = candidate; })) { return; }
    }
  }
  void simplify_call() {
    if (!best_.made) { return; }
    simplify_number(best_.made->cpu, [](Counterexample& c) { return &c.made->cpu; });
    simplify_number(best_.made->caller, [](Counterexample& c) { return &c.made->caller; });
    for (size_t i = 0; i < best_.made->arguments.size(); ++i) {
      simplify_number(best_.made->arguments[i], [i](Counterexample& c) { return &c.made->arguments[i]; });
    }
  }
  void simplify_place() {
    for (size_t i = 0; i < best_.point.size(); ++i) {
      simplify_number(best_.point[i].number, [i](Counterexample& c) { return &c.point[i].number; });
    }
  }
  bool shares_pages(uint64_t id) const {
    return std::any_of(best_.before.frames.begin(), best_.before.frames.end(), [id](const auto& frame) {
      return frame.second.state == FrameState::shared_data && frame.second.owner == id;
    });
  }
  void simplify_records() {
    for (const auto& [id, record] : std::map(best_.before.compartments)) {
      simplify_number(record.vcpus, [id = id](Counterexample& c) { return &c.before.compartments[id].vcpus; });
      // Only who runs shares pages.
      const auto simplest = shares_pages(id) ? CompartmentState::active : CompartmentState::created;
      attempt([id = id, simplest](Counterexample& c) { c.before.compartments[id].state = simplest; });
    }
    for (const auto& [vcpu, record] : std::map(best_.before.vcpus)) {
      const auto usual = vcpu.second == 0 ? VcpuState::on : VcpuState::off;
      attempt([vcpu = vcpu, usual](Counterexample& c) { c.before.vcpus[vcpu].state = usual; });
    }
    for (const auto& [frame, record] : std::map(best_.before.frames)) {
      if (is_quiet(record)) {
        attempt([frame = frame](Counterexample& c) { c.before.frames[frame] = host_frame(); });
      }
      attempt([frame = frame](Counterexample& c) { make_ordinary(c.before.frames[frame]); });
      if (has_ram(best_.before, frame)) { replace_ram_in(frame); }
      if (record.is_table()) {
        attempt([frame = frame](Counterexample& c) { c.before.frames[frame].rest = 0; });
      }
      for (const auto field : {&FrameRecord::rest, &FrameRecord::owner, &FrameRecord::parent_table,
                               &FrameRecord::parent_index, &FrameRecord::level, &FrameRecord::base}) {
        if (field == &FrameRecord::rest && record.is_table()) { continue; }
        simplify_number(record.*field,
                        [frame = frame, field](Counterexample& c) { return &(c.before.frames[frame].*field); });
      }
    }
  }

  void replace_ram_in(uint64_t frame) {
    using State = IpaState;
    for (const auto& [listed, rest] : {std::pair{State::destroyed, State::empty},
                                       {State::empty, State::destroyed},
                                       {State::destroyed, State::destroyed}}) {
      if (attempt(
              [&, listed = listed, rest = rest](Counterexample& c) { replace_ram(c.before, frame, listed, rest); })) {
        return;
      }
    }
  }

  Counterexample best_;
  CallFault fault_;
  size_t adopted_ = 0;
};

}  // namespace

Counterexample shrink(const Counterexample& counterexample, const CallFault& fault) {
  return Shrinker(counterexample, fault).run();
}

}  // namespace bulkhead::refine
