#include "model/trace_steps.hpp"

#include <algorithm>

namespace bulkhead::trace {
namespace {

using Kind = FieldForm::Kind;

constexpr std::array<std::string_view, 2> orders = {"plain", "release"};
constexpr std::array<std::string_view, 4> domains = {"ish", "ishst", "nsh", "sy"};

constexpr FieldForm pa{"pa"};
constexpr FieldForm value{"value"};
constexpr std::array<FieldForm, 2> load = {pa, value};
constexpr std::array<FieldForm, 3> store = {pa, value, {"order", Kind::name, orders, false}};
constexpr std::array<FieldForm, 3> fill = {pa, value, {"step", Kind::address, {}, false}};
constexpr std::array<FieldForm, 2> copy = {pa, {"src_pa"}};
constexpr std::array<FieldForm, 1> frame = {pa};
constexpr std::array<FieldForm, 2> share = {{{"vmid", Kind::number}, pa}};
constexpr std::array<FieldForm, 1> barrier = {{{"domain", Kind::name, domains}}};
constexpr std::array<FieldForm, 2> tlbi = {{{"op", Kind::name}, {"value", Kind::address, {}, false}}};
constexpr std::array<FieldForm, 2> cache = {{{"op", Kind::name}, {"value", Kind::address, {}, false}}};
constexpr std::array<FieldForm, 2> msr = {{{"register", Kind::name}, value}};
constexpr std::array<FieldForm, 1> lock = {{{"address", Kind::address, {}, false}}};
constexpr std::array<FieldForm, 1> interrupt = {{{"intid", Kind::number}}};

constexpr std::array<StepForm, 18> forms = {{
    {StepKind::effect, "load", load},
    {StepKind::effect, "store", store},
    {StepKind::effect, "fill", fill},
    {StepKind::effect, "copy", copy},
    {StepKind::effect, "clean", frame},
    {StepKind::effect, "dsb", barrier},
    {StepKind::effect, "isb", {}},
    {StepKind::effect, "tlbi", tlbi},
    {StepKind::effect, "dc", cache},
    {StepKind::effect, "ic", cache},
    {StepKind::effect, "msr", msr},
    {StepKind::effect, "lock", lock},
    {StepKind::effect, "unlock", lock},
    {StepKind::effect, "eret", {}},
    {StepKind::effect, "exception", {}},
    {StepKind::effect, "share", share},

    {StepKind::irq, "raise", interrupt},
    {StepKind::irq, "lower", interrupt},
}};

}  // namespace

std::span<const StepForm> step_forms() { return forms; }

std::optional<StepForm> step_form(StepKind kind, std::string_view name) {
  const auto same = [&](const StepForm& form) { return form.kind == kind && form.name == name; };
  const auto* found = std::find_if(forms.begin(), forms.end(), same);
  return found == forms.end() ? std::nullopt : std::optional(*found);
}

}  // namespace bulkhead::trace
