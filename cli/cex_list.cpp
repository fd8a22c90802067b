#include "cli/cex_list.hpp"

#include <fmt/format.h>

#include "cli/counted.hpp"
#include "cli/document.hpp"
#include "cli/drawing.hpp"
#include "cli/text_table.hpp"

namespace bulkhead::cli {
namespace {

struct Line {
  std::string call = "-";
  std::string engine = "-";
  std::string spec = "-";
  std::string trace;
};

Line line_of(const refine::Counterexample& cex) {
  Line line;
  if (cex.made) {
    line.call = name_of(cex.made->call);
    line.engine = cex.made->engine.why.empty() ? name_of(cex.made->engine.status) : "breaks off";
    line.spec = name_of(cex.made->spec.status);
  }
  line.trace = cex.trace.text.empty() ? "no" : "yes";
  return line;
}

}  // namespace

std::string list_as_text(const std::vector<StoredCex>& all) {
  std::string text = fmt::format("{:<22}{:<14}{:<14}{:<7}{}\n", "call", "engine", "spec", "trace", "goal");
  for (const StoredCex& stored : all) {
    const Line line = line_of(stored.counterexample);
    std::string head = fmt::format("{:<22}{:<14}{:<14}{:<7}", line.call, line.engine, line.spec, line.trace);
    for (const std::string& part : wrapped(stored.counterexample.goal, page_width - head.size())) {
      text += head + part + "\n";
      head.assign(head.size(), ' ');
    }
  }
  return text + fmt::format("\n{}\n", counted(all.size(), "counterexample"));
}

std::string list_as_json(const std::vector<StoredCex>& all) {
  Json list = Json::array();
  for (const StoredCex& stored : all) {
    const refine::Counterexample& cex = stored.counterexample;
    Json entry{{"file", stored.path}, {"goal", cex.goal}, {"says", cex.says}, {"wrong", draw(cex).sentence}};
    if (cex.made) {
      entry["call"] = name_of(cex.made->call);
      entry["engine"] = name_of(cex.made->engine.status);
      entry["spec"] = name_of(cex.made->spec.status);
    }
    entry["trace"] = !cex.trace.text.empty();
    list.push_back(entry);
  }
  return text_of({{"schema", "bulkhead-cex-list/1"}, {"counterexamples", list}});
}

}  // namespace bulkhead::cli
