#include "refine/model_state.hpp"

#include "refine/prestate.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

constexpr uint64_t level2_place = uint64_t{1} << 20;
constexpr uint64_t root_place = uint64_t{1} << 19;
constexpr uint64_t level3_place = uint64_t{1} << 27;

uint64_t number(uint64_t bits) { return bits; }
uint64_t number(const SymBits& bits) { return bits.constant(); }

/// A field of the state as a map of domain D.
template <ValueDomain D, class V, class... K>
typename D::template Map<V, K...> map_of(const ModelState& state, const char* field) {
  return typename D::template Map<V, K...>(
      [&state, field](K... keys) { return V(state.value(field, {number(keys.bits())...})); });
}

template <ValueDomain D, class E, class K>
typename D::template Map<Value<D, E>, K> enum_map_of(const ModelState& state, const char* field) {
  return typename D::template Map<Value<D, E>, K>(
      [&state, field](K key) { return Value<D, E>(static_cast<E>(state.value(field, {number(key.bits())}))); });
}

template <ValueDomain D>
impl::Engine<D> engine_of(const ModelState& s) {
  using F = Frame<D>;
  using C = CompartmentId<D>;
  typename D::Memory memory([&s](F frame, Index<D> index) {
    return Word<D>(s.value(field::memory, {number(frame.bits()), number(index.bits())}));
  });
  return {
      {std::move(memory), map_of<D, Word<D>, Cpu<D>>(s, field::vttbr)},
      {enum_map_of<D, Flag, F>(s, field::ram), enum_map_of<D, Flag, F>(s, field::reserved),
       enum_map_of<D, Flag, F>(s, field::engine_device)},
      {enum_map_of<D, FrameState, F>(s, field::frame_state), map_of<D, C, F>(s, field::frame_owner),
       map_of<D, F, F>(s, field::frame_parent_table), map_of<D, Index<D>, F>(s, field::frame_parent_index),
       map_of<D, Level<D>, F>(s, field::frame_level), map_of<D, Page<D>, F>(s, field::frame_base)},
      {enum_map_of<D, CompartmentState, C>(s, field::compartment_state), map_of<D, F, C>(s, field::compartment_root),
       map_of<D, VcpuCount<D>, C>(s, field::compartment_vcpus)},
      F(s.value(field::host_root, {})),
  };
}

template <ValueDomain D>
HostTables<D> host_of(const ModelState& s) {
  const auto table = [&s](const char* field) {
    return [&s, field](auto key) { return Frame<D>(s.value(field, {number(key.bits())})); };
  };
  return {table(field::host_level1), table(field::host_level2), table(field::host_level3),
          [&s](Gib<D> gib) { return typename D::Bool(s.value(field::host_fine, {number(gib.bits())}) == 1); }};
}

bool holds_frame(const std::string& field) {
  return field == field::frame_parent_table || field == field::compartment_root || field == field::host_root ||
         field == field::host_level1 || field == field::host_level2 || field == field::host_level3;
}

bool is_keyed_by_frame(const std::string& field) {
  return field == field::memory || field.starts_with("frame.") || field.starts_with("platform.");
}

/// Whether the function is a field of the state, and not one that facts or goals made up.
bool is_of_state(const std::string& field) {
  const bool of_host = field.starts_with("host.") && field != field::host_kind && field != field::host_key;
  return is_keyed_by_frame(field) || field.starts_with("compartment.") || field == field::vttbr || of_host;
}

}  // namespace

ModelState::ModelState(Session& session, const z3::model& model, Filler filler)
    : session_(session), model_(model), filler_(filler) {
  take_applications();
  note_frames();
  std::set<uint64_t> taken;
  for (const uint64_t frame : frames_) { taken.insert(frame >> region_bits); }
  while (taken.contains(region_)) { ++region_; }
  forget_tables_of_coarse_gibs();
  note_host_tables();
  correct_fine();
  correct_host_words();
}

uint64_t ModelState::evaluate(const SymBits& bits) const {
  if (bits.is_constant()) { return bits.constant(); }
  return model_.eval(session_.expr(bits), true).get_numeral_uint64();
}

SymBool ModelState::restate(Session& session) const {
  SymBool all = true;
  for (const auto& [field, function] : given_) {
    if (!is_of_state(field)) { continue; }
    for (const auto& [key, value] : function) { all = all & session.says(field, key, value); }
  }
  return all;
}

void ModelState::take_applications() {
  for (const Application& application : session_.applications()) {
    Key key;
    for (const SymBits& argument : application.arguments) { key.push_back(evaluate(argument)); }
    given_[application.function][key] = evaluate(application.result);
  }
}

void ModelState::note_frames() {
  for (const auto& [field, function] : given_) {
    for (const auto& [key, value] : function) {
      if (is_keyed_by_frame(field)) { frames_.insert(key[0]); }
      if (holds_frame(field)) { frames_.insert(value); }
      if (field == field::memory) {
        words_.insert({key[0], key[1]});
        frames_.insert(raw(hw::output_frame<Concrete>(Word<Concrete>(value))));
      }
      if (field == field::host_level1) { frames_.insert(key[0] << 27); }
      if (field == field::host_level2 || field == field::host_fine) { frames_.insert(key[0] << 18); }
      if (field == field::host_level3) { frames_.insert(key[0] << 9); }
      if (field == "point.frame") { frames_.insert(value); }
      if (field.starts_with("compartment.")) { compartments_.insert(key[0]); }
      if (field == field::frame_owner) { compartments_.insert(value); }
      if (field == field::vttbr) { cpus_.insert(key[0]); }
    }
  }
}

void ModelState::note_host_tables() {
  const auto name = [this](const char* field, unsigned kind) {
    for (const auto& [key, frame] : given_[field]) {
      named_host_tables_.insert({frame, {kind, key.empty() ? 0 : key[0]}});
    }
  };
  name(field::host_root, 4);
  name(field::host_level1, 1);
  name(field::host_level2, 2);
  name(field::host_level3, 3);
}

/// A model may name any frame as a table that the host does not have.
void ModelState::forget_tables_of_coarse_gibs() {
  const auto forget = [this](const char* field, unsigned gib_shift) {
    std::erase_if(given_[field], [&](const auto& table) {
      return given(field::host_fine, {table.first[0] >> gib_shift}).value_or(0) == 0;
    });
  };
  forget(field::host_level2, 0);
  forget(field::host_level3, 9);
}

/// The frames of a GiB, of those that the model speaks of, that are no devices.
std::vector<uint64_t> ModelState::no_devices_in(uint64_t gib) const {
  std::vector<uint64_t> found;
  for (auto frame = frames_.lower_bound(gib << 18); frame != frames_.end() && *frame >> 18 == gib; ++frame) {
    if (value(field::frame_state, {*frame}) != static_cast<uint64_t>(FrameState::device)) { found.push_back(*frame); }
  }
  return found;
}

/// A GiB with a frame that is no device is fine, whatever the model says.
void ModelState::correct_fine() {
  for (auto& [key, fine] : given_[field::host_fine]) {
    if (fine == 1) { continue; }
    const std::vector<uint64_t> contradict = no_devices_in(key[0]);
    corrected_.insert(contradict.begin(), contradict.end());
    fine = contradict.empty() ? 0 : 1;
  }
}

/// The words of the host's tables follow from the states of the frames they map, whatever the model says.
void ModelState::correct_host_words() {
  for (auto& [key, word] : given_[field::memory]) {
    const auto table = host_table(key[0]);
    if (!table) { continue; }
    const uint64_t right = complete_word(key[0], key[1]);
    if (word != right) { corrected_.insert(first_frame_under(*table, key[1])); }
    word = right;
  }
}

std::optional<uint64_t> ModelState::given(const std::string& field, const Key& key) const {
  const auto function = given_.find(field);
  if (function == given_.end()) { return std::nullopt; }
  const auto entry = function->second.find(key);
  if (entry == function->second.end()) { return std::nullopt; }
  return entry->second;
}

uint64_t ModelState::value(const std::string& field, const Key& key) const {
  if (const auto known = given(field, key)) { return *known; }
  if (field == field::memory) { return complete_word(key[0], key[1]); }
  if (is_keyed_by_frame(field)) { return complete_frame(field, key[0]); }
  if (field == field::vttbr) { return value(field::host_root, {}) << page_shift; }
  if (field == field::host_root) { return region_ << region_bits | root_place; }
  if (field == field::host_level1) { return region_ << region_bits | key[0]; }
  if (field == field::host_level2) { return region_ << region_bits | level2_place | key[0]; }
  if (field == field::host_level3) { return region_ << region_bits | level3_place | key[0]; }
  if (field == field::host_fine) { return complete_fine(key[0]); }
  return 0;
}

/// A GiB is fine if anything in it is not a device.
uint64_t ModelState::complete_fine(uint64_t gib) const {
  return gib >> (region_bits - 18) == region_ || !no_devices_in(gib).empty() ? 1 : 0;
}

uint64_t ModelState::complete_state(uint64_t frame) const {
  const auto is = [&](const char* field) { return given(field, {frame}).value_or(0) == 1; };
  if (in_quiet_region(frame) || named_host_tables_.contains(frame)) {
    return static_cast<uint64_t>(FrameState::engine);
  }
  if (given(field::ram, {frame}).has_value()) {
    if (is(field::ram)) { return static_cast<uint64_t>(is(field::reserved) ? FrameState::engine : FrameState::host); }
    return static_cast<uint64_t>(is(field::engine_device) ? FrameState::engine : FrameState::device);
  }
  return static_cast<uint64_t>(FrameState::device);
}

uint64_t ModelState::complete_frame(const std::string& field, uint64_t frame) const {
  if (field == field::frame_state) { return complete_state(frame); }
  const auto state = static_cast<FrameState>(value(field::frame_state, {frame}));
  if (field == field::ram) { return state != FrameState::device && state != FrameState::engine ? 1 : 0; }
  if (field == field::engine_device) { return state == FrameState::engine ? 1 : 0; }
  if (field == field::reserved) {
    return state == FrameState::engine && given(field::ram, {frame}).value_or(0) == 1 ? 1 : 0;
  }
  return 0;
}

std::optional<ModelState::HostTable> ModelState::host_table(uint64_t frame) const {
  const auto named = named_host_tables_.find(frame);
  if (named != named_host_tables_.end()) { return named->second; }
  if (!in_quiet_region(frame)) { return std::nullopt; }
  const uint64_t place = frame & low_mask(region_bits);
  if ((place & level3_place) != 0) { return HostTable{3, place & low_mask(27)}; }
  if ((place & level2_place) != 0) { return HostTable{2, place & low_mask(18)}; }
  if (place == root_place) { return HostTable{4, 0}; }
  return HostTable{1, place & low_mask(9)};
}

/// The first frame that the host reaches through an entry of one of its tables.
uint64_t ModelState::first_frame_under(const HostTable& table, uint64_t index) {
  const unsigned level = table.kind == 4 ? 0 : table.kind;
  return (table.key << 9 | index) << span_shift(level);
}

uint64_t ModelState::complete_word(uint64_t frame, uint64_t index) const {
  const auto to = [](uint64_t target, uint64_t bits) { return target << page_shift | bits; };
  if (const auto table = host_table(frame)) {
    switch (table->kind) {
      case 4:
        return to(value(field::host_level1, {index}), table_bits);
      case 1: {
        const uint64_t gib = table->key << 9 | index;
        return value(field::host_fine, {gib}) == 1 ? to(value(field::host_level2, {gib}), table_bits)
                                                   : to(gib << 18, device_block_bits);
      }
      case 2:
        return to(value(field::host_level3, {table->key << 9 | index}), table_bits);
      default: {
        const uint64_t mapped = table->key << 9 | index;
        const auto state = static_cast<FrameState>(value(field::frame_state, {mapped}));
        if (state == FrameState::host) { return to(mapped, writable_page_bits); }
        return state == FrameState::device ? to(mapped, device_page_bits) : 0;
      }
    }
  }
  const auto state = static_cast<FrameState>(value(field::frame_state, {frame}));
  if (filler_ == Filler::as_first && state == FrameState::table) {
    for (auto word = words_.lower_bound({frame, 0}); word != words_.end() && word->first == frame; ++word) {
      const uint64_t content = value(field::memory, {word->first, word->second});
      if ((content & 1) == 0) { return content; }
    }
  }
  return 0;
}

impl::Engine<Concrete> ModelState::concrete() const { return engine_of<Concrete>(*this); }
HostTables<Concrete> ModelState::concrete_host() const { return host_of<Concrete>(*this); }
impl::Engine<Symbolic> ModelState::constants() const { return engine_of<Symbolic>(*this); }
HostTables<Symbolic> ModelState::constant_host() const { return host_of<Symbolic>(*this); }

std::shared_ptr<const std::vector<uint64_t>> ModelState::sample_pages() const {
  auto pages = std::make_shared<std::vector<uint64_t>>();
  for (const uint64_t frame : frames_) {
    const auto state = static_cast<FrameState>(value(field::frame_state, {frame}));
    if (state != FrameState::root && state != FrameState::table) { continue; }
    const auto level = static_cast<unsigned>(value(field::frame_level, {frame}));
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      pages->push_back((value(field::frame_base, {frame}) + (index << span_shift(level))) & low_mask(36));
    }
  }
  return pages;
}

std::vector<ModelState::Violation> ModelState::violations() const {
  using C = Concrete;
  const impl::Engine<C> engine = concrete();
  const HostTables<C> host = concrete_host();
  const View<C> view{engine, host};
  std::vector<Violation> found;
  const auto check = [&](About about, const Place<C>& place) {
    const auto& all = invariants<C>();
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].about == about && !all[i].holds(view, place)) { found.push_back({i, place}); }
    }
  };
  std::set<uint64_t> frames = frames_;
  std::set<std::pair<uint64_t, uint64_t>> words = words_;
  frames.insert(region_ << region_bits | 5);                     // a table of the host that no one names
  frames.insert(((region_ + 1) & 0xFF) << region_bits | 0x123);  // a frame that no one names
  for (const uint64_t frame : frames_) {
    words.insert({value(field::frame_parent_table, {frame}), value(field::frame_parent_index, {frame})});
    for (const uint64_t index : {0, 1, 255, 256, 510, 511}) { words.insert({frame, index}); }
  }
  for (const auto& [frame, index] : words_) {
    if (const auto table = host_table(frame)) { frames.insert(first_frame_under(*table, index)); }
  }
  for (const uint64_t frame : frames) { check(About::frame, {.frame = Frame<C>(frame)}); }
  for (const auto& [frame, index] : words) {
    check(About::entry, {.frame = Frame<C>(frame), .index = Index<C>(index)});
  }
  std::set<uint64_t> compartments = compartments_;
  compartments.insert({0, 1});
  for (const uint64_t id : compartments) { check(About::compartment, {.compartment = CompartmentId<C>(id)}); }
  for (const uint64_t cpu : cpus_) { check(About::cpu, {.cpu = Cpu<C>(cpu)}); }
  return found;
}

}  // namespace bulkhead::refine
