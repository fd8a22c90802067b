#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/drawing_names.hpp"
#include "refine/counterexample.hpp"
#include "refine/view.hpp"

/// The places of a state that a drawing may show, and how each is read.
namespace bulkhead::cli {

struct DrawnPlace {
  std::string name;
  std::function<std::string(const refine::ConcreteEngine&)> read;
  std::optional<std::string> spec = {};
  bool is_related = false;  ///< the call names it: shown even if nothing is the matter with it
  bool is_here = false;     ///< the goal fails there
  bool is_memory = true;    ///< what effects change, and not a record of the engine
  /// Whether the engine contradicts itself there; none if only the spec can tell.
  std::function<bool(const refine::ConcreteEngine&)> contradicts = {};
};

struct PlacesOfSection {
  std::string id;
  std::string title;
  std::string whose;  ///< the compartment that it is about; empty if it is about all
  std::vector<DrawnPlace> places;
};

/// What the drawing of a counterexample is about.
struct Subject {
  const refine::Counterexample& cex;
  const DrawingNames& names;

  /// The number of a part of the point, if the goal speaks of it.
  std::optional<uint64_t> part(const std::string& name) const;
  /// Whether the call names that frame, compartment, or page of its compartment.
  bool names_frame(uint64_t frame) const;
  bool names_compartment(uint64_t id) const;
  bool names_page(uint64_t id, uint64_t page) const;
  /// Pages of a compartment worth a look: those that the spec's view lists, and those that a page table of either state
  /// maps.
  std::vector<uint64_t> pages(uint64_t id) const;
};

/// In the order in which they are shown.
std::vector<PlacesOfSection> places_of(const Subject& subject);

/// The entries of a compartment's tables, from the root down.
std::vector<DrawnPlace> entries_of(const Subject& subject, uint64_t id);

/// What a compartment finds at a page, with the names of the drawing.
std::string page_words(const refine::PageView& view, const DrawingNames& names);

}  // namespace bulkhead::cli
