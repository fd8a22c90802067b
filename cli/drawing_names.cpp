#include "cli/drawing_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/cex_value.hpp"

namespace bulkhead::cli {
namespace {

using refine::Counterexample;

/// A to Z, then AA and on.
std::string letters(size_t n) {
  std::string text(1, static_cast<char>('A' + n % 26));
  return n < 26 ? text : letters(n / 26 - 1) + text;
}

std::string in_map(const std::map<uint64_t, std::string>& names, uint64_t key, const std::string& otherwise) {
  const auto found = names.find(key);
  return found == names.end() ? otherwise : found->second;
}

/// Numbers, each once, in the order in which they come.
class InOrder {
 public:
  void add(uint64_t number) {
    if (seen_.insert(number).second) { list.push_back(number); }
  }
  std::vector<uint64_t> list;

 private:
  std::set<uint64_t> seen_;
};

/// The inputs of the call that are of a kind.
std::vector<uint64_t> inputs_of(const Counterexample& cex, Kind kind) {
  std::vector<uint64_t> words;
  if (!cex.made) { return words; }
  const auto& inputs = row_of(cex.made->call).inputs;
  for (size_t i = 0; i < std::min(inputs.size(), cex.made->arguments.size()); ++i) {
    if (inputs[i].kind == kind) { words.push_back(cex.made->arguments[i]); }
  }
  return words;
}

/// The compartments that the call is about.
std::vector<uint64_t> compartments_of_call(const Counterexample& cex) {
  std::vector<uint64_t> ids = inputs_of(cex, Kind::compartment);
  if (cex.made && is_about_caller(cex.made->call)) { ids.push_back(cex.made->caller); }
  return ids;
}

void add_points(const Counterexample& cex, std::string_view name, InOrder& order) {
  for (const refine::PointPart& part : cex.point) {
    if (part.matters && part.kind() == name) { order.add(part.number); }
  }
}

template <class Map>
void add_changed(const Map& before, const Map& after, InOrder& order) {
  for (const auto& [number, record] : after) {
    const auto was = before.find(number);
    if (was == before.end() || !(was->second == record)) { order.add(number); }
  }
}

std::vector<uint64_t> compartments_in_order(const Counterexample& cex) {
  InOrder order;
  std::set<uint64_t> listed;
  for (const auto* state : {&cex.before, &cex.after}) {
    for (const auto& [id, record] : state->compartments) { listed.insert(id); }
  }
  for (const uint64_t id : compartments_of_call(cex)) { order.add(id); }
  add_points(cex, "compartment", order);
  add_changed(cex.before.compartments, cex.after.compartments, order);
  for (const uint64_t id : listed) { order.add(id); }
  std::erase_if(order.list, [&](uint64_t id) { return id == 0 || listed.count(id) == 0; });
  return order.list;
}

/// Whether a frame holds a table of a compartment that the call names.
bool is_table_of_call(const Counterexample& cex, const refine::FrameRecord& record) {
  const auto ids = compartments_of_call(cex);
  return record.is_table() && std::find(ids.begin(), ids.end(), record.owner) != ids.end();
}

std::vector<uint64_t> frames_in_order(const Counterexample& cex) {
  InOrder order;
  std::set<uint64_t> listed;
  for (const uint64_t pa : inputs_of(cex, Kind::pa)) { order.add(pa >> page_shift); }
  add_points(cex, "frame", order);
  add_changed(cex.before.frames, cex.after.frames, order);
  for (const auto* state : {&cex.before, &cex.after}) {
    for (const auto& [frame, record] : state->frames) {
      listed.insert(frame);
      if (is_table_of_call(cex, record)) { order.add(frame); }
    }
  }
  for (const uint64_t frame : listed) { order.add(frame); }
  std::erase_if(order.list, [&](uint64_t frame) { return listed.count(frame) == 0; });
  return order.list;
}

}  // namespace

DrawingNames::DrawingNames(const Counterexample& cex)
    : frame_order_(frames_in_order(cex)), compartment_order_(compartments_in_order(cex)) {
  for (size_t i = 0; i < frame_order_.size(); ++i) { frames_[frame_order_[i]] = fmt::format("F{}", i + 1); }
  for (size_t i = 0; i < compartment_order_.size(); ++i) { compartments_[compartment_order_[i]] = letters(i); }
}

std::string DrawingNames::frame(uint64_t number) const { return in_map(frames_, number, address(number)); }

std::string DrawingNames::frame_in_full(uint64_t number) const {
  return frames_.count(number) == 0 ? address(number) : fmt::format("{} = {}", frame(number), address(number));
}

std::string DrawingNames::compartment(uint64_t id) const {
  return id == 0 ? "the host" : in_map(compartments_, id, fmt::format("compartment {}", id));
}

std::string DrawingNames::compartment_in_full(uint64_t id) const {
  if (id == 0) { return "the host"; }
  const std::string words = fmt::format("compartment {}", id);
  return compartments_.count(id) == 0 ? words : fmt::format("{} = {}", compartment(id), words);
}

std::string DrawingNames::word(uint64_t frame_number, uint64_t index) const {
  return fmt::format("{}[{}]", frame(frame_number), index);
}

}  // namespace bulkhead::cli
