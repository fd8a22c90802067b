#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "refine/worker.hpp"
#include "tests/catch.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/schema.hpp"

/// The tool itself, while its workers are killed, memory or disk run out, or someone ends it: never a proof that is
/// none, never a goal that is lost, never a process that stays.
namespace bulkhead::test {
namespace {

using nlohmann::json;
using Names = std::multiset<std::string>;

const std::vector<std::string> selection = {"prove", "compartment_activate", "compartment_stop", "compartment_destroy",
                                            "version"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// Moments in a run, at random; the seed is shown with a failure.
class Moments {
 public:
  explicit Moments(int milliseconds) : seed(std::random_device()()), random_(seed), moments_(0, milliseconds) {}
  void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(moments_(random_))); }
  size_t choose(size_t count) { return random_() % count; }
  const unsigned seed;

 private:
  std::mt19937 random_;
  std::uniform_int_distribution<int> moments_;
};

Names all_goals() {
  Process process(with(selection, {"--list", "--json"}));
  REQUIRE(process.wait() == 0);
  const json document = json::parse(process.out());
  return document.at("obligations").get<Names>();
}

Names names_in(const json& document) {
  Names names;
  for (const json& goal : document.at("obligations")) { names.insert(goal.at("name").get<std::string>()); }
  return names;
}

/// Goals of the selection that a document lacks, where nothing in it says that the goals of their call could not be
/// listed.
Names lost(const Names& all, const json& document) {
  const Names there = names_in(document);
  Names gone;
  for (const std::string& name : all) {
    const std::string rest = name.substr(name.find('/') + 1);
    const std::string unlisted = "fault/" + rest.substr(0, rest.find('/')) + "/all/is_listed";
    if (there.count(name) != 1 && there.count(unlisted) != 1) { gone.insert(name); }
  }
  return gone;
}

bool is_all_proved(const Names& all, const json& document) {
  const auto& goals = document.at("obligations");
  return names_in(document) == all &&
         std::all_of(goals.begin(), goals.end(), [](const json& goal) { return goal.at("verdict") == "proved"; });
}

/// A document is whole, loses nothing, and says `proved` only if all is.
json checked(const std::string& text, const Names& all) {
  json document = json::parse(text);
  CHECK(schema_named("bulkhead-proof/1").problem(document).empty());
  CHECK(lost(all, document).empty());
  CHECK((document.at("verdict") == "proved") == is_all_proved(all, document));
  return document;
}

std::string last_line(const std::string& text) {
  const size_t start = text.rfind('\n', text.size() - 2);
  return text.substr(start == std::string::npos ? 0 : start + 1);
}

TEST_CASE("a verdict that cannot be written is none") {
  for (const std::vector<std::string>& how : std::vector<std::vector<std::string>>{{}, {"--json"}, {"--list"}}) {
    CAPTURE(how);
    Process process(with({"prove", "version"}, how), "/dev/full");
    CHECK(process.wait() == 3);
    CHECK(process.err() == "bulkhead: standard output cannot be written\n");
  }
}

TEST_CASE("a goal that takes more memory than it may is a fault") {
  if (!refine::can_limit_memory()) {
    SUCCEED("a sanitizer reserves more than any limit");
    return;
  }
  const Names all = all_goals();
  for (const std::string mib : {"1", "48"}) {
    CAPTURE(mib);
    Process process(with(selection, {"--json", "--memory", mib}));
    CHECK(process.wait() == 3);
    const json document = checked(process.out(), all);
    CHECK(document.at("verdict") == "fault");
    CHECK(process.out().find("its memory limit of " + mib + " MiB") != std::string::npos);
  }
}

TEST_CASE("a worker killed at a random moment leaves a fault and no lost goal") {
  const Names all = all_goals();
  Moments moments(400);
  CAPTURE(moments.seed);
  int hits = 0;
  for (int round = 0; round < 20 && hits < 6; ++round) {
    Process process(with(selection, {"--json", "--jobs", "2"}));
    moments.wait();
    const auto workers = process.workers();
    if (!workers.empty()) { kill(workers[moments.choose(workers.size())], SIGKILL); }
    const int status = process.wait();
    const json document = checked(process.out(), all);
    const bool is_hit = document.at("verdict") == "fault";
    CHECK((is_hit || document.at("verdict") == "proved"));
    CHECK(status == (is_hit ? 3 : 0));
    if (is_hit) { CHECK(process.out().find("the worker was killed by signal 9 (Killed)") != std::string::npos); }
    hits += is_hit ? 1 : 0;
    CHECK(process.has_no_workers());
  }
  CHECK(hits > 0);
}

/// A run that was sent a signal printed nothing, or all it had, and its status says which.
void check_interrupted(int status, int signal, const Process& process, const Names& all) {
  if (process.out().empty()) {  // the signal came before anything was begun, and ended it
    CHECK(status == -signal);
    return;
  }
  const json document = checked(process.out(), all);
  const bool is_proved = document.at("verdict") == "proved";
  CHECK(document.at("stopped") == !is_proved);
  CHECK((is_proved ? status == 0 || status == -signal : status == 3));
}

TEST_CASE("a run interrupted at a random moment prints what it has, exits with 3 and leaves nobody behind") {
  const Names all = all_goals();
  Moments moments(600);
  CAPTURE(moments.seed);
  for (int round = 0; round < 20; ++round) {
    const int signal = round % 2 == 0 ? SIGINT : SIGTERM;
    CAPTURE(round);
    Process process(with(selection, {"--json", "--jobs", "2"}));
    moments.wait();
    if (round % 4 < 2) {
      process.signal_group(signal);
    } else {
      process.signal(signal);
    }
    check_interrupted(process.wait(), signal, process, all);
    CHECK(process.has_no_workers());
  }
}

TEST_CASE("an interrupted run says in words what it has, and that it is not all") {
  Process process({"prove", "--jobs", "2"});
  while (process.workers().empty()) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  process.signal(SIGINT);
  CHECK(process.wait() == 3);
  CHECK(process.err() == "bulkhead: interrupted; what follows is incomplete\n");
  CHECK(process.out().find("not reached: the proof was interrupted") != std::string::npos);
  CHECK(last_line(process.out()).find("unknown: interrupted after ") == 0);
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) { names.push_back(entry.path().filename()); }
  std::sort(names.begin(), names.end());
  return names;
}

TEST_CASE("an interrupted run writes its reports whole, and none of them says proved") {
  const Folder folder;
  const std::string file = folder.path() + "/";
  Process process({"prove", "--jobs", "2", "--sarif", file + "sarif", "--markdown", file + "markdown"});
  while (process.workers().empty()) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  process.signal(SIGTERM);
  CHECK(process.wait() == 3);
  CHECK(files_in(folder.path()) == std::vector<std::string>{"markdown", "sarif"});
  const json run = json::parse(std::ifstream(file + "sarif")).at("runs").at(0);
  CHECK(run.at("invocations").at(0).at("executionSuccessful") == false);
  std::string heading;
  std::ifstream markdown(file + "markdown");
  std::getline(markdown, heading);
  CHECK(heading == "# bulkhead prove: unknown");
}

TEST_CASE("a tool that is killed leaves no part of a report") {
  const Folder folder;
  Process process({"prove", "--jobs", "2", "--junit", folder.path() + "/junit"});
  while (process.workers().size() < 2) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
  process.signal(SIGKILL);
  CHECK(process.wait() == -SIGKILL);
  CHECK(files_in(folder.path()).empty());
}

TEST_CASE("workers do not outlive a tool that is killed") {
  Process process({"prove", "--jobs", "2"});
  while (process.workers().size() < 2) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
  process.signal(SIGKILL);
  CHECK(process.wait() == -SIGKILL);
  CHECK(process.out().empty());
  CHECK(process.has_no_workers());
}

}  // namespace
}  // namespace bulkhead::test
