#include "runtime/state/record_json.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/state/record.h"

namespace chmdocker::state {
namespace {

Record Full() {
  Record record;
  record.id = "web.1";
  record.phase = Phase::kStarted;
  record.init = {4711, 18446744073709551615u, "f1b7-"};
  record.bundle = "/run/b \"1\"/\n";
  record.rootfs = std::string("/r\0x\u00e4", 6);
  record.created = "2026-11-24T23:40:13.000000001Z";
  record.owner = 4294967295;
  record.annotations = {{"b", "2"}, {"a", ""}, {"a", "again"}};
  record.cgroups = {{"cpu,cpuacct", "/sys/fs/cgroup/cpu/x"}, {"", "/c"}};
  record.cgroups[0].inode = 18446744073709551615u;
  record.cgroups[0].made_above = 3;
  record.systemd_cgroup = true;
  record.systemd_unit = "x.scope";
  record.new_keyring = false;
  record.own_pid_namespace = true;
  return record;
}

std::string Error(absl::string_view from, absl::string_view to) {
  const std::string json =
      absl::StrReplaceAll(RecordToJson(Full()), {{from, to}});
  return std::string(RecordFromJson(json).status().message());
}

TEST(RecordJson, EverythingComesBack) {
  const absl::StatusOr<Record> record = RecordFromJson(RecordToJson(Full()));
  ASSERT_TRUE(record.ok()) << record.status();
  const Record full = Full();
  EXPECT_EQ(record->id, full.id);
  EXPECT_EQ(record->phase, full.phase);
  EXPECT_EQ(record->init.pid, full.init.pid);
  EXPECT_EQ(record->init.start_time, full.init.start_time);
  EXPECT_EQ(record->init.boot_id, full.init.boot_id);
  EXPECT_EQ(record->bundle, full.bundle);
  EXPECT_EQ(record->rootfs, full.rootfs);
  EXPECT_EQ(record->created, full.created);
  EXPECT_EQ(record->owner, full.owner);
  EXPECT_EQ(record->annotations, full.annotations);
  EXPECT_EQ(record->cgroups, full.cgroups);
  EXPECT_EQ(record->systemd_cgroup, full.systemd_cgroup);
  EXPECT_EQ(record->systemd_unit, full.systemd_unit);
  EXPECT_EQ(record->new_keyring, full.new_keyring);
  EXPECT_EQ(record->own_pid_namespace, full.own_pid_namespace);
}

TEST(RecordJson, EveryPhaseComesBack) {
  for (const Phase phase :
       {Phase::kCreating, Phase::kCreated, Phase::kStarted, Phase::kStopped}) {
    Record record;
    record.phase = phase;
    EXPECT_EQ(RecordFromJson(RecordToJson(record))->phase, phase);
  }
}

TEST(RecordJson, WhatIsNoUtf8IsMarked) {
  Record record;
  record.bundle = "/\xff/";
  EXPECT_EQ(RecordFromJson(RecordToJson(record))->bundle, "/\uFFFD/");
}

TEST(RecordJson, IsOneLine) {
  const std::string json = RecordToJson(Full());
  EXPECT_EQ(json.find('\n'), json.size() - 1);
}

TEST(RecordJson, EveryPrefixIsRefused) {
  const std::string json = RecordToJson(Full());
  for (size_t size = 0; size + 1 < json.size(); ++size) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(RecordFromJson(json.substr(0, size)).status()))
        << size;
  }
}

TEST(RecordJson, NamesWhatIsWrong) {
  EXPECT_EQ(Error("\"format\":3", "\"format\":4"), "format: 4 is not 3");
  EXPECT_EQ(Error("\"started\"", "\"odd\""), "phase: \"odd\" is unknown");
  EXPECT_EQ(Error("4711", "-1"), "pid: is no number from 0 on");
  EXPECT_EQ(Error("4711", "2147483648"), "pid: is too large");
  EXPECT_EQ(Error("4294967295", "4294967296"), "owner: is too large");
  EXPECT_EQ(Error("\"web.1\"", "1"), "id: is no string");
  EXPECT_EQ(Error("[\"b\",\"2\"]", "[\"b\"]"),
            "annotations: has an entry that is no pair of strings");
  EXPECT_EQ(Error("\"controllers\":\"\"", "\"c\":\"\""),
            "controllers: is no string");
  EXPECT_EQ(Error("true", "1"), "systemdCgroup: is no bool");
  EXPECT_EQ(Error("deleteNeedsConfig", "d"), "deleteNeedsConfig: is no bool");
  EXPECT_EQ(Error("devicesUpdated", "d"), "devicesUpdated: is no bool");
  EXPECT_EQ(RecordFromJson("[]").status().message(), "is no JSON object");
}

TEST(RecordJson, UnknownFieldsArePassedOver) {
  EXPECT_EQ(Error("{\"format\"", "{\"new\":[{}],\"format\""), "");
}

}  // namespace
}  // namespace chmdocker::state
