#include <sstream>

#include "cli/tool.hpp"
#include "tests/catch.hpp"

namespace bulkhead::cli {
namespace {

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome walk(const std::string& input, const std::vector<std::string>& arguments = {"walk", "-"}) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Io io{in, out, err};
  const int status = run(arguments, io);
  return {status, out.str(), err.str()};
}

/// A case with one page, mapped read-only at IPA 0x5000; `rest` follows the registers.
std::string page_case(const std::string& rest) {
  return R"({"id":"page","vtcr":"0xd0090","vttbr":"0x7000000001000",)" + rest + "}\n";
}
const std::string plain = R"("dc":0,"fwb":0,"cd":0)";
const std::string tables =
    R"("words":[["0x1000","0x2003"],["0x2000","0x3003"],["0x3000","0x4003"],["0x4028","0x4000077f"]])";

/// The line on standard error of a case that is refused.
std::string refusal(const std::string& line) {
  const Outcome outcome = walk(line);
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  return outcome.err;
}

TEST_CASE("Each query has one answer, in order") {
  const Outcome outcome =
      walk(page_case(plain + "," + tables + R"(,"q":[["0x5123","r1"],[20480,"w0"],["0x6000","r0"],["0x5000","w1"]])"));
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out == R"({"case":"page","ipa":"0x5123","kind":"r1","par":"0x40000b00"}
{"case":"page","ipa":"0x5000","kind":"w0","par":"0xa1f"}
{"case":"page","ipa":"0x6000","kind":"r0","par":"0xa0f"}
{"case":"page","ipa":"0x5000","kind":"w1","par":"0xa1f"}
)");
}

TEST_CASE("DC, FWB and CD change the memory type") {
  const auto par = [](const std::string& bits) {
    return walk(page_case(bits + "," + tables + R"(,"q":[["0x5000","r1"]])")).out;
  };
  const std::string answer = R"({"case":"page","ipa":"0x5000","kind":"r1","par":")";
  CHECK(par(R"("dc":1,"fwb":0,"cd":0)") == answer + "0xff00000040000b80\"}\n");
  CHECK(par(R"("dc":1,"fwb":1,"cd":0)") == answer + "0xff00000040000b80\"}\n");
  CHECK(par(R"("dc":1,"fwb":0,"cd":1)") == answer + "0x4400000040000b00\"}\n");
}

TEST_CASE("What the CPU implements counts") {
  const std::string query = R"(,"words":[],"q":[["0x100000000000","r1"]])";
  CHECK(walk(page_case(plain + query)).out.find("0xa09") != std::string::npos);
  CHECK(walk(page_case(plain + R"(,"features":{"pa_bits":44})" + query)).out.find("0x801") != std::string::npos);
}

TEST_CASE("A word that is not named reads zero, and several cases stand in one input") {
  const std::string one = page_case(plain + R"(,"words":[],"q":[[0,"r1"]])");
  const std::string answer = R"({"case":"page","ipa":"0x0","kind":"r1","par":"0xa09"})"
                             "\n";
  CHECK(walk(one + one).out == answer + answer);
}

TEST_CASE("--explain says what happens at each level") {
  const Outcome outcome =
      walk(page_case(plain + "," + tables + R"(,"q":[["0x5123","w1"]])"), {"walk", "-", "--explain"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out ==
        R"("page": 0x5123, write by EL1
  VTCR_EL2 0xd0090: T0SZ 16 (48-bit IPA), SL0 2 (start at level 0), TG0 0 (4 KiB), PS 5 (48-bit PA) (D8.2)
  VTTBR_EL2 0x7000000001000: VMID 7, base 0x1000
  level 0: table 0x1000, entry 0, word 0x2003: table at 0x2000 (D8.3.1)
  level 1: table 0x2000, entry 0, word 0x3003: table at 0x3000 (D8.3.1)
  level 2: table 0x3000, entry 0, word 0x4003: table at 0x4000 (D8.3.1)
  level 3: table 0x4000, entry 5, word 0x4000077f: page at 0x40000000, MemAttr 0b1111, S2AP 0b01, SH 0b11, AF 1, DBM 0, Contiguous 0, XN 0b00 (D8.3.1)
  level 3 permission fault: S2AP[1] is 0, so no write (D8.4.2)
  PAR_EL1 0x0000000000000a1f: F 1, FST 0b001111, stage 2 (D24.2)
)");
}

/// The lines of the explanation of one query, with a word of memory at 0x10000.
std::string explained(const std::string& vtcr, const std::string& word, const std::string& query,
                      const std::string& more = R"(,"vttbr":"0x10000","dc":0,"fwb":0,"cd":0)") {
  return walk(R"({"id":"x","vtcr":")" + vtcr + "\"" + more + R"(,"words":[["0x10000",")" + word + R"("]],"q":[)" +
                  query + "]}",
              {"walk", "-", "--explain"})
      .out;
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

TEST_CASE("--explain says which rule T0SZ, SL0 and SL2 break") {
  const std::string query = R"(["0x0","r1"])";
  CHECK(
      says(explained("0x50014", "0x0", query), "1 to 16 tables of level 2 resolve an IPA of 22 to 34 bits, not of 44"));
  CHECK(says(explained("0x50080", "0x0", query), "an IPA has 16 to 48 bits with this granule, DS and CPU, not 64"));
  CHECK(says(explained("0x580d0", "0x0", query), "SL0 3 (level 0) needs DS 1 and a CPU with 52-bit addresses"));
  CHECK(says(explained("0x30006004c", "0x0", query), "SL2 1 needs SL0 0 and a CPU with 52-bit addresses"));
}

TEST_CASE("--explain says which address has too many bits") {
  CHECK(says(explained("0x90", "0x4fd", R"(["0x0","r1"])", R"(,"vttbr":"0x100000000","dc":0,"fwb":0,"cd":0)"),
             "level 0 address size fault: the base 0x100000000 has more than 32 bits"));
  CHECK(says(explained("0x90", "0x100000003", R"(["0x0","r1"])"),
             "level 0 address size fault: the table 0x100000000 has more than 32 bits"));
  CHECK(says(explained("0x59", "0x1000004fd", R"(["0x0","r1"])"),
             "level 1 address size fault: the output 0x100000000 has more than 32 bits"));
}

TEST_CASE("--explain says what hardware updates do, and where they do not count") {
  CHECK(says(explained("0x250059", "0xfd", R"(["0x0","r1"])"), "AF set by hardware (HA)"));
  CHECK(says(explained("0x650059", "0x800000000047d", R"(["0x0","w1"])"), "write by DBM (HA, HD)"));
  const std::string without = explained("0x450059", "0x800000000047d", R"(["0x0","w1"])");
  CHECK(says(without, "HD 1 without effect"));
  CHECK(says(without, "S2AP[1] is 0, so no write, and DBM does not count without HA and HD"));
}

TEST_CASE("--explain names memory types, small tables and bases that are not aligned") {
  const std::string dc = R"(,"vttbr":"0x10000","dc":1,"fwb":0,"cd":0)";
  CHECK(says(explained("0x50059", "0x4fd", R"(["0x0","r1"])"), "it comes to Device-nGnRnE (0x00), Outer Shareable"));
  CHECK(says(explained("0x50059", "0x7e9", R"(["0x0","r1"])", dc),
             "it comes to Normal Write-Through (0xbb), Inner Shareable"));
  CHECK(says(explained("0x50059", "0x7d9", R"(["0x0","r1"])", dc), "Normal outer Non-cacheable, inner Write-Through"));
  const std::string small =
      explained("0x50061", "0x0", R"(["0x40000000","r1"])", R"(,"vttbr":"0x12340000000011f0","dc":0,"fwb":0,"cd":0)");
  CHECK(says(small, "VMID 52 (8 bits), base 0x11f0\n"));
  CHECK(says(small, "level 1: table 0x11f0, entry 1"));
  CHECK(says(explained("0x80050057", "0x0", R"(["0x0","r1"])", R"(,"vttbr":"0x11000","dc":0,"fwb":0,"cd":0)"),
             "base 0x10000 (0x11000 is not aligned to the 0x4000 bytes of the initial table)"));
}

TEST_CASE("The case in the help is one") {
  const std::string help = walk("", {"walk", "--help"}).out;
  const size_t start = help.find("{\"id\"");
  REQUIRE(start != std::string::npos);
  const Outcome ran = walk(help.substr(start, help.find('\n', start) - start));
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
}

TEST_CASE("A malformed case is refused with line and column") {
  const std::string rest = plain + R"(,"words":[],"q":[])";
  CHECK(refusal("") == "bulkhead: -:1: empty; expected one JSON case a line\n");
  CHECK(refusal("\n").find("bulkhead: -:1: ") == 0);
  CHECK(refusal("{\"id\":").find("bulkhead: -:1: ") == 0);
  CHECK(refusal("[]").find("bulkhead: -:1: ") == 0);
  CHECK(refusal(page_case(rest) + "{}").find("bulkhead: -:2: ") == 0);
  CHECK(refusal(page_case(rest + R"(,"extra":1)")).find("extra") != std::string::npos);
  CHECK(refusal(page_case(rest + R"(,"q":[])")).find("\"q\"") != std::string::npos);
  CHECK(refusal(page_case(R"("dc":0,"fwb":0,"words":[],"q":[])")).find("cd") != std::string::npos);
  CHECK(refusal(page_case(R"("dc":2,"fwb":0,"cd":0,"words":[],"q":[])")).find("0..1") != std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[[8]],"q":[])")).find("a pair [PA, DESCRIPTOR]") != std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[[4,0]],"q":[])")).find("a multiple of 8") != std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[[8,0],[8,0]],"q":[])")).find("twice") != std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[["0x10000000000000",0]],"q":[])")).find("expected") !=
        std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[],"q":[[0,"x1"]])")).find("one of r1, w1, r0, w0") != std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[],"q":[[0]])")).find("a pair [IPA, KIND]") != std::string::npos);
  CHECK(refusal(page_case(plain + R"(,"words":[],"q":[["0x10000000000000000","r1"]])")).find("2^64-1") !=
        std::string::npos);
}

TEST_CASE("Features are checked") {
  const auto with = [](const std::string& features) {
    return refusal(page_case(plain + R"(,"words":[],"q":[],"features":)" + features));
  };
  CHECK(with(R"({"pa_bits":43})").find("32, 36, 40, 42, 44, 48, 52") != std::string::npos);
  CHECK(with(R"({"granules":[8]})").find("4, 16 or 64") != std::string::npos);
  CHECK(with(R"({"granules":[4,4]})").find("twice") != std::string::npos);
  CHECK(with(R"({"granules":[]})").find("at least one") != std::string::npos);
  CHECK(with(R"({"hafdbs":3})").find("0..2") != std::string::npos);
  CHECK(with(R"({"sve":1})").find("sve") != std::string::npos);
}

TEST_CASE("A file that cannot be read is refused") {
  CHECK(walk("", {"walk", "/"}).status == 2);
  CHECK(walk("", {"walk", "/no/such/file"}).status == 2);
  CHECK(walk("", {"walk"}).status == 2);
}

}  // namespace
}  // namespace bulkhead::cli
