#include "refine/model_state.hpp"

#include "refine/prestate.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

bool holds_frame(const std::string& field) {
  return field == field::frame_parent_table || field == field::compartment_root || field == field::vcpu_frame ||
         field == field::host_root || field == field::host_level1 || field == field::host_level2 ||
         field == field::host_level3;
}

bool is_keyed_by_frame(const std::string& field) {
  return field == field::memory || field.starts_with("frame.") || field.starts_with("platform.");
}

/// Whether the function is a field of the state, and not one that facts or goals made up.
bool is_of_state(const std::string& field) {
  const bool of_host = field.starts_with("host.") && field != field::host_kind && field != field::host_key;
  return is_keyed_by_frame(field) || field.starts_with("compartment.") || field.starts_with("vcpu.") ||
         field == field::vttbr || of_host;
}

/// By how much the addresses in a table that maps one run grow from entry to entry.
uint64_t step_of_run(uint64_t level) { return uint64_t{1} << (page_shift + span_shift(static_cast<unsigned>(level))); }

/// A field of a record, by the name it has in a model.
uint64_t field_of(const FrameRecord& record, const std::string& name) {
  if (name == field::frame_state) { return static_cast<uint64_t>(record.state); }
  if (name == field::frame_owner) { return record.owner; }
  if (name == field::frame_base) { return record.base; }
  return name == field::ram && record.ram ? 1 : 0;
}

}  // namespace

ModelState::ModelState(Session& session, const z3::model& model, Filler filler)
    : session_(session), model_(model), filler_(filler) {
  take_applications();
  note_frames();
  forget_tables_of_coarse_gibs();
  note_host_tables();
  note_runs();
  correct_fine();
  write_down();
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
      if (field.starts_with("vcpu.")) { vcpus_.insert({key[0], key[1]}); }
      if (field == field::frame_owner) { compartments_.insert(value); }
    }
  }
}

void ModelState::note_host_tables() {
  for (const char* field : {field::host_root, field::host_level1, field::host_level2, field::host_level3}) {
    for (const auto& [key, frame] : given_[field]) { host_tables_.insert(frame); }
  }
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
    if (complete_frame(field::frame_state, *frame) != static_cast<uint64_t>(FrameState::device)) {
      found.push_back(*frame);
    }
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
    const auto mapped = small_.first_host_frame_under(key[0], key[1]);
    if (!mapped) { continue; }
    const uint64_t right = small_.word(key[0], key[1]);
    if (word != right) { corrected_.insert(*mapped); }
    word = right;
    small_.words.erase({key[0], key[1]});
    small_.frames.emplace(*mapped, small_.frame(*mapped));
  }
}

void ModelState::write_down() {
  for (const uint64_t frame : frames_) { small_.frames[frame] = record_of(frame); }
  small_.runs = runs_;
  for (const auto& [key, word] : given_[field::memory]) { small_.words[{key[0], key[1]}] = word; }
  for (const uint64_t id : compartments_) {
    const auto field = [&](const char* name) { return given(name, {id}).value_or(0); };
    small_.compartments[id] = {static_cast<CompartmentState>(field(field::compartment_state)),
                               field(field::compartment_root), field(field::compartment_vcpus)};
  }
  for (const auto& [id, index] : vcpus_) {
    const auto field = [&, key = Key{id, index}](const char* name) { return given(name, key).value_or(0); };
    small_.vcpus[{id, index}] = {static_cast<VcpuState>(field(field::vcpu_state)), field(field::vcpu_frame)};
  }
  for (const auto& [key, value] : given_[field::vttbr]) { small_.vttbr[key[0]] = value; }
  small_.host = host_plan();
}

HostTablePlan ModelState::host_plan() const {
  HostTablePlan plan;
  plan.root = given(field::host_root, {});
  const auto fill = [this](const char* field, std::map<uint64_t, uint64_t>& tables) {
    const auto function = given_.find(field);
    if (function == given_.end()) { return; }
    for (const auto& [key, frame] : function->second) { tables[key[0]] = frame; }
  };
  fill(field::host_level1, plan.level1);
  fill(field::host_level2, plan.level2);
  fill(field::host_level3, plan.level3);
  std::map<uint64_t, uint64_t> fine;
  fill(field::host_fine, fine);
  for (const auto& [gib, is_fine] : fine) { plan.fine[gib] = is_fine == 1; }
  return plan;
}

FrameRecord ModelState::record_of(uint64_t frame) const {
  const auto field = [&](const char* name) { return complete_frame(name, frame); };
  return {static_cast<FrameState>(field(field::frame_state)),
          field(field::frame_owner),
          field(field::frame_parent_table),
          field(field::frame_parent_index),
          field(field::frame_level),
          field(field::frame_base),
          field(field::ram) == 1,
          field(field::reserved) == 1,
          field(field::engine_device) == 1,
          rest_of(frame),
          run_from(frame) ? step_of_run(field(field::frame_level)) : 0};
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
  if (field == field::memory) { return small_.word(key[0], key[1]); }
  return is_keyed_by_frame(field) ? complete_frame(field, key[0]) : 0;
}

uint64_t ModelState::complete_state(uint64_t frame) const {
  const auto is = [&](const char* field) { return given(field, {frame}).value_or(0) == 1; };
  if (host_tables_.contains(frame)) { return static_cast<uint64_t>(FrameState::engine); }
  if (given(field::ram, {frame}).has_value()) {
    if (is(field::ram)) { return static_cast<uint64_t>(is(field::reserved) ? FrameState::engine : FrameState::host); }
    return static_cast<uint64_t>(is(field::engine_device) ? FrameState::engine : FrameState::device);
  }
  return static_cast<uint64_t>(FrameState::device);
}

uint64_t ModelState::complete_frame(const std::string& field, uint64_t frame) const {
  if (const auto known = given(field, {frame})) { return *known; }
  if (const auto in_run = record_in_run(runs_, frame)) { return field_of(*in_run, field); }
  if (field == field::frame_state) { return complete_state(frame); }
  const auto state = static_cast<FrameState>(complete_frame(field::frame_state, frame));
  if (field == field::ram) { return state != FrameState::device && state != FrameState::engine ? 1 : 0; }
  if (field == field::engine_device) { return state == FrameState::engine ? 1 : 0; }
  if (field == field::reserved) {
    return state == FrameState::engine && given(field::ram, {frame}).value_or(0) == 1 ? 1 : 0;
  }
  return 0;
}

/// The entry with which the run begins that a table maps, if all the model says of it fits one.
std::optional<uint64_t> ModelState::run_from(uint64_t table) const {
  const auto level = given(field::frame_level, {table});
  if (filler_ != Filler::as_run || !level || *level < 2 ||
      given(field::frame_state, {table}) != static_cast<uint64_t>(FrameState::table)) {
    return std::nullopt;
  }
  const auto first = given(field::memory, {table, 0});
  const bool is_mapping = first && ((*first & 3) == (*level == leaf_level ? 3 : 1));
  if (!is_mapping || (*first & low_mask(index_bits) * step_of_run(*level)) != 0) { return std::nullopt; }
  for (auto word = words_.lower_bound({table, 0}); word != words_.end() && word->first == table; ++word) {
    if (*given(field::memory, {table, word->second}) != (*first | word->second * step_of_run(*level))) {
      return std::nullopt;
    }
  }
  return first;
}

/// Frames that blocks map, and tables that are filled so that they map one run.
void ModelState::note_runs() {
  const auto function = given_.find(field::memory);
  if (function == given_.end()) { return; }
  for (const auto& [key, word] : function->second) {
    const uint64_t level = given(field::frame_level, {key[0]}).value_or(0);
    const bool in_table = given(field::frame_state, {key[0]}) == static_cast<uint64_t>(FrameState::table);
    const uint64_t frame = raw(hw::output_frame<Concrete>(Word<Concrete>(word)));
    const auto span = uint64_t{1} << span_shift(static_cast<unsigned>(level));
    if (in_table && level != 0 && level != leaf_level && (word & 3) == 1) { note_run(key[0], key[1], frame, span); }
    if (key[1] == 0 && run_from(key[0])) { note_run(key[0], 0, frame, span * entries_per_table); }
  }
}

void ModelState::note_run(uint64_t table, uint64_t index, uint64_t first_frame, uint64_t frames) {
  const uint64_t level = given(field::frame_level, {table}).value_or(0);
  const uint64_t page = given(field::frame_base, {table}).value_or(0) | index
                                                                            << span_shift(static_cast<unsigned>(level));
  const bool shared = static_cast<bool>(in_shared_half(Page<Concrete>(page)));
  runs_[first_frame] = {.frames = frames,
                        .state = shared ? FrameState::host : FrameState::data,
                        .owner = given(field::frame_owner, {table}).value_or(0),
                        .base = page};
}

/// What fills a frame besides the words that the model speaks of.
uint64_t ModelState::rest_of(uint64_t frame) const {
  if (const auto first = run_from(frame)) { return *first; }
  const auto state = static_cast<FrameState>(complete_frame(field::frame_state, frame));
  if (filler_ != Filler::as_first || state != FrameState::table) { return 0; }
  for (auto word = words_.lower_bound({frame, 0}); word != words_.end() && word->first == frame; ++word) {
    const uint64_t content = *given(field::memory, {word->first, word->second});
    if ((content & 1) == 0) { return content; }
  }
  return 0;
}

}  // namespace bulkhead::refine
