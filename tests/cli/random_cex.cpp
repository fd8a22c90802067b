#include "tests/cli/random_cex.hpp"

#include <array>

namespace bulkhead::test {

using refine::Counterexample;
using refine::SmallState;

uint64_t RandomCex::number(unsigned bits) {
  return below(4) == 0 ? random_() & low_mask(bits) : below(std::min<uint64_t>(6, low_mask(bits)));
}

/// Often an entry of a table.
uint64_t RandomCex::word() {
  constexpr std::array<uint64_t, 6> bits = {0, 0x4, 0x3, 0x7fd, 0x77f, 0x7ff};
  return below(4) == 0 ? random_() : frame() << page_shift | bits.at(below(bits.size()));
}

std::string RandomCex::text() {
  constexpr std::array<const char*, 5> texts = {
      "", "a sentence", "<b>&amp;\"'</b>\n\ttwo lines",
      "a word without an end"
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "\xc3\xa9t\xc3\xa9 \x01"};
  return texts.at(below(texts.size()));
}

refine::FrameRecord RandomCex::record() {
  return {static_cast<FrameState>(below(8)),
          number(16),
          frame(),
          number(9),
          below(4),
          frame(),
          coin(),
          coin(),
          coin(),
          word(),
          coin() ? 0 : uint64_t{1} << number(5)};
}

SmallState RandomCex::state() {
  SmallState state;
  for (uint64_t i = below(6); i > 0; --i) { state.frames[frame()] = record(); }
  for (uint64_t i = below(3); i > 0; --i) {
    const auto kind = coin() ? FrameState::data : FrameState::host;
    state.runs[frame()] = {.frames = 1 + number(18), .state = kind, .owner = number(16), .base = frame()};
  }
  for (uint64_t i = below(8); i > 0; --i) { state.words[{frame(), number(9)}] = word(); }
  for (uint64_t i = below(3); i > 0; --i) {
    state.compartments[number(16)] = {static_cast<CompartmentState>(below(4)), frame(), number(10)};
  }
  for (uint64_t i = below(3); i > 0; --i) { state.vttbr[number(16)] = word(); }
  if (coin()) { state.host.root = frame(); }
  if (coin()) { state.host.level1[number(9)] = frame(); }
  if (coin()) { state.host.level2[number(18)] = frame(); }
  if (coin()) { state.host.level3[number(27)] = frame(); }
  if (coin()) { state.host.fine[number(18)] = coin(); }
  return state;
}

refine::CallEnd RandomCex::end(Call call) {
  refine::CallEnd end{static_cast<Status>(below(12)), {}, text()};
  for (size_t i = 0; end.status == Status::ok && i < row_of(call).outputs.size(); ++i) {
    end.outputs.push_back(word());
  }
  return end;
}

/// Only what counts of its kind.
hw::Effect<Concrete> RandomCex::effect() {
  using Kind = hw::EffectKind;
  hw::Effect<Concrete> effect{.kind = static_cast<Kind>(below(hw::effect_names.size()))};
  const bool is_word = effect.kind == Kind::load || effect.kind == Kind::store;
  if (is_word || effect.kind == Kind::fill || effect.kind == Kind::copy || effect.kind == Kind::clean) {
    effect.frame = Frame<Concrete>(frame());
  }
  if (is_word) { effect.index = Index<Concrete>(number(9)); }
  const bool has_value = is_word || effect.kind == Kind::fill || effect.kind == Kind::tlbi || effect.kind == Kind::dc ||
                         effect.kind == Kind::msr;
  if (has_value) { effect.value = Word<Concrete>(word()); }
  if (effect.kind == Kind::copy) { effect.source = Frame<Concrete>(frame()); }
  if (effect.kind == Kind::dsb) { effect.barrier = static_cast<hw::Barrier>(below(4)); }
  if (effect.kind == Kind::tlbi) { effect.tlbi = static_cast<hw::Tlbi>(below(hw::tlbi_names.size())); }
  if (effect.kind == Kind::msr) { effect.reg = static_cast<hw::Register>(below(3)); }
  return effect;
}

refine::CallMade RandomCex::made() {
  refine::CallMade made;
  made.call = static_cast<Call>(below(calls.size()));
  made.cpu = number(16);
  made.caller = number(16);
  for (size_t i = 0; i < row_of(made.call).inputs.size(); ++i) { made.arguments.push_back(word()); }
  made.engine = end(made.call);
  made.spec = end(made.call);
  for (uint64_t i = below(5); i > 0; --i) {
    made.path.push_back({coin() ? "impl/page_map.hpp" : "a/" + text(), static_cast<int>(below(60)), coin(), text()});
  }
  for (uint64_t i = below(9); i > 0; --i) { made.effects.push_back(effect()); }
  return made;
}

refine::PageView RandomCex::page() {
  refine::PageView view;
  view.state = static_cast<IpaState>(below(3));
  if (coin()) { view.found = refine::Translation{frame(), coin(), coin(), coin()}; }
  for (auto& table : view.tables) {
    if (coin()) { table = frame(); }
  }
  return view;
}

refine::SpecPlaces RandomCex::places() {
  refine::SpecPlaces places;
  for (uint64_t i = below(5); i > 0; --i) {
    places.frames[frame()] = {static_cast<FrameState>(below(8)), number(16), number(16)};
    places.compartments[number(16)] = {static_cast<CompartmentState>(below(4)), frame(), number(10)};
    places.pages[{number(16), frame()}] = page();
    places.contents[{frame(), number(9)}] = word();
  }
  return places;
}

refine::Window RandomCex::window() {
  const uint64_t first = number(4);
  return {.first = first,
          .last = first + number(4),
          .cpu = number(16),
          .vmid = number(16),
          .page = frame(),
          .frame = frame(),
          .as = static_cast<refine::Window::As>(below(3)),
          .was_allowed = coin()};
}

Counterexample RandomCex::make() {
  constexpr std::array<const char*, 7> names = {"frame", "index", "compartment", "page", "level", "cpu", "other_page"};
  Counterexample cex;
  cex.goal = "invariant/page_map/ok.1/" + text();
  cex.says = text();
  cex.before = state();
  if (coin()) { cex.made = made(); }
  for (const char* name : names) {
    const bool is_address = std::string_view(name).find("page") != std::string_view::npos || name == names[0];
    if (coin()) { cex.point.push_back({name, is_address ? frame() : number(9), coin()}); }
  }
  cex.after = coin() ? cex.before : state();
  cex.wanted = places();
  cex.trace = {text(), text()};
  if (coin()) { cex.window = window(); }
  return cex;
}

Counterexample plain_cex() {
  constexpr uint64_t root = 0x40080;
  constexpr uint64_t page = 0x40081;
  const auto table = [](FrameState state, uint64_t parent, uint64_t level) {
    return refine::FrameRecord{state, 1, parent, 0, level, 0, true, false, false, 0};
  };
  Counterexample cex;
  cex.goal = "invariant/page_map/ok.1/entry_maps_page";
  cex.says = "a data frame is mapped by the one entry that its record names";
  cex.before.frames = {{page, {FrameState::spare, 0, 0, 0, 0, 0, true, false, false, 0}},
                       {root, table(FrameState::root, 0, 0)},
                       {0x40082, table(FrameState::table, root, 1)},
                       {0x40083, table(FrameState::table, 0x40082, 2)},
                       {0x40084, table(FrameState::table, 0x40083, 3)},
                       {0x40085, {FrameState::host, 0, 0, 0, 0, 0, true, false, false, 0}}};
  cex.before.words = {
      {{root, 0}, 0x40082003}, {{0x40082, 0}, 0x40083003}, {{0x40083, 0}, 0x40084003}, {{0x40084, 4}, 0x4}};
  cex.before.compartments = {{1, {CompartmentState::active, root, 2}}};
  cex.after = cex.before;
  cex.after.frames[page] = {FrameState::data, 1, 0, 0, 0, 0, true, false, false, 0};
  cex.after.words[{0x40084, 4}] = 0x400817ff;
  refine::CallMade made;
  made.call = Call::page_map;
  made.arguments = {1, 0x4000, page << page_shift};
  made.path = {{"impl/page_map.hpp", 16, false, "if (life == CompartmentState::free) { return Status::no_such; }"}};
  made.effects = {{.kind = hw::EffectKind::load, .frame = Frame<Concrete>(0x40084), .index = Index<Concrete>(4)},
                  {.kind = hw::EffectKind::store,
                   .frame = Frame<Concrete>(0x40084),
                   .index = Index<Concrete>(4),
                   .value = Word<Concrete>(0x400817ff)},
                  {.kind = hw::EffectKind::dsb, .barrier = hw::Barrier::ishst}};
  cex.made = made;
  cex.point = {{"frame", page, true}, {"index", 0, false}};
  cex.wanted.frames = {{page, {FrameState::data, 1, 0}}};
  cex.wanted.compartments = {{1, {CompartmentState::active, root, 2}}};
  cex.wanted.pages = {
      {{1, 4}, {refine::Translation{page, true, true, false}, IpaState::empty, {0x40082, 0x40083, 0x40084}}}};
  return cex;
}

}  // namespace bulkhead::test
