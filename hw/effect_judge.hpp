#pragma once

#include "hw/cpu_order.hpp"
#include "hw/entry_changes.hpp"
#include "hw/frame_contents.hpp"
#include "hw/vmid_use.hpp"

/// Judges effects that were recorded, one by one, by the rules of maintenance (hw/maintenance_rules.hpp, with the
/// automata of the proof) and of isolation (hw/isolation_rules.hpp). What it knows of a machine it learns from them:
/// tables from VTTBR_EL2 and from what is stored in tables, memory from what is stored and loaded.
namespace bulkhead::hw {

/// What holds until effects tell otherwise.
struct JudgeSetting {
  uint64_t vtcr = 0;           ///< VTCR_EL2 of every CPU
  uint64_t vttbr = 0;          ///< VTTBR_EL2 of every CPU; 0: no stage-2
  uint64_t private_pages = 0;  ///< pages of guests below this one are private. Until VTCR_EL2 is written
};

class EffectJudge {
 public:
  explicit EffectJudge(const JudgeSetting& setting);

  /// What is wrong with the next effect. After the first that is, nothing more should be asked.
  Verdict judge(const Recorded& recorded);
  /// What is wrong with giving the VMID a stage-2 with the root, an address, where something else than VTTBR_EL2 tells.
  Verdict give(uint64_t vmid, uint64_t root);
  /// A guest lets the host reach a frame that is mapped for it.
  void share(uint64_t vmid, uint64_t frame) { use_.share(vmid, frame); }

 private:
  struct CpuState {
    CpuOrder order;
    uint64_t vtcr = 0;
    uint64_t vttbr = 0;
    unsigned locks = 0;  ///< held
  };
  using Effect = hw::Effect<Concrete>;

  CpuState& cpu(uint64_t number);
  std::optional<uint64_t> vmid_in_force(const CpuState& cpu) const;

  Verdict load(const Effect& effect);
  Verdict store(uint64_t cpu, const Effect& effect);
  Verdict overwrite(uint64_t cpu, const Effect& effect);
  Verdict store_entry(uint64_t cpu, const EntryPlace& entry, std::optional<uint64_t> before, uint64_t word);
  Verdict store_valid(uint64_t cpu, const EntryPlace& entry, std::optional<uint64_t> before, uint64_t word);
  Verdict lead_to(const EntryPlace& entry, uint64_t word);
  void store_invalid(uint64_t cpu, const EntryPlace& entry, std::optional<uint64_t> before);
  void change_rights(uint64_t cpu, const EntryPlace& entry, uint64_t before, uint64_t word);
  Verdict msr(const Recorded& recorded);
  Verdict write_vttbr(uint64_t number, uint64_t value);
  Verdict tlbi(const Recorded& recorded);
  void dsb(const Recorded& recorded);
  Verdict unlock(uint64_t number);
  Verdict eret(uint64_t number);
  Verdict return_from_call(uint64_t number);

  Verdict name_stage2(const CpuState& cpu);
  Verdict name_stage2(uint64_t vtcr, uint64_t vmid, uint64_t root);
  Verdict begin_stage2(const Stage2& stage2, uint64_t vmid, uint64_t root);
  void end_stage2(TreeId tree);
  Verdict learn_table(uint64_t frame, const Table& table);
  Verdict learn_entry(const EntryPlace& entry, uint64_t word);
  void unlink(const EntryPlace& entry, uint64_t word, EntryChange& change);
  void unlink_table(uint64_t frame, EntryChange& change);
  void hold(EntryChange& change, const Target& target);
  bool is_empty_table(uint64_t frame) const;
  bool gives_way(uint64_t frame);

  Target target_of(const EntryPlace& entry, uint64_t word) const;
  bool is_hosts_no_more(uint64_t frame) const;
  bool are_hosts_no_more(uint64_t first, unsigned level) const;
  bool is_private_to_hypervisor(uint64_t frame) const;
  uint64_t hardware_bits() const;

  JudgeSetting setting_;
  bool sets_own_vtcr_ = false;  ///< the trace writes VTCR_EL2: another hypervisor's
  bool has_named_ = false;      ///< the trace wrote VTTBR_EL2
  bool locks_ = false;          ///< the trace has locks
  bool forces_write_back_ = false;
  std::unordered_map<uint64_t, CpuState> cpus_;
  KnownMemory memory_;
  Stage2Tables tables_;
  FrameUse use_;
  EntryChanges changes_;
  FrameContents contents_;
  VmidUse vmids_;
};

}  // namespace bulkhead::hw
