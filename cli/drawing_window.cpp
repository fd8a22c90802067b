#include "cli/drawing_window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/cex_value.hpp"

namespace bulkhead::cli {
namespace {

using refine::Window;

/// The last effect that the drawing lists among the first so many.
std::string effect_words(const refine::CallMade& made, size_t happened, const Drawing& drawing) {
  const auto end = made.effects.begin() + static_cast<std::ptrdiff_t>(std::min(happened, made.effects.size()));
  const auto is_listed = [](const hw::Effect<Concrete>& e) { return e.kind != hw::EffectKind::load; };
  const auto listed = static_cast<size_t>(std::count_if(made.effects.begin(), end, is_listed));
  if (listed == 0 || listed > drawing.effects.size()) { return "the beginning of the call"; }
  const DrawnEffect& effect = drawing.effects[listed - 1];
  return fmt::format("effect {} ({}{}{})", listed, effect.what, effect.place.empty() ? "" : " ", effect.place);
}

std::string ability_words(const Window& window, const DrawingNames& names) {
  const std::string frame = names.frame(window.frame);
  const std::string place = fmt::format("IPA {} of {}", address(window.page), names.compartment(window.vmid));
  switch (window.as) {
    case Window::As::read:
      return fmt::format("may read {} at {}", frame, place);
    case Window::As::write:
      return fmt::format("may write {} at {}", frame, place);
    case Window::As::table:
      return fmt::format("may walk through {} as a table for {}", frame, place);
  }
  return "";
}

std::string rule_words(const Window& window, bool at_return) {
  if (!window.was_allowed) { return "the spec allows that neither before nor after the call"; }
  return at_return ? "the spec allows that before the call, and not after it"
                   : "the spec allows that only before the call, and the frame has another use by then";
}

}  // namespace

std::string window_words(const refine::Counterexample& cex, const DrawingNames& names, const Drawing& drawing) {
  if (!cex.window || !cex.made) { return ""; }
  const Window& window = *cex.window;
  const bool at_return = window.last >= cex.made->effects.size();
  const std::string until =
      at_return ? "and still when the call returns" : "until " + effect_words(*cex.made, window.last + 1, drawing);
  return fmt::format("From {} on, {}, CPU {} {}, by a walk or from its TLB; {}.",
                     effect_words(*cex.made, window.first, drawing), until, window.cpu, ability_words(window, names),
                     rule_words(window, at_return));
}

}  // namespace bulkhead::cli
