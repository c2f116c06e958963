// Sizes as docker's flags take them. Pure.
#ifndef CHMDOCKER_CLI_SIZE_H_
#define CHMDOCKER_CLI_SIZE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// Bytes: 1048576, 1024k, 1m, 1.5g, 1t, 1p, by powers of 1024, the unit in
// either case and with "b" or "ib" behind it or not. What is smaller than a
// byte is dropped.
absl::Status ReadSize(absl::string_view text, uint64_t& out);

// The same without a fraction, or -1 for unlimited: what engines send.
absl::Status ReadBytes(absl::string_view text, std::optional<int64_t>& out);

// A limit of memory: 6m, which docker has as the least, or more, or 0 for none.
absl::Status ReadMemory(absl::string_view text, std::optional<int64_t>& out);

// Of memory and swap together: a size, 0 for none, or -1 for unlimited.
absl::Status ReadSwap(absl::string_view text, std::optional<int64_t>& out);

// What can't be empty.
absl::Status ReadShmSize(absl::string_view text, std::optional<uint64_t>& out);

// "64 MiB", "1.5 GiB", "100 B": for people, as docker has it.
std::string SizeText(uint64_t bytes);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SIZE_H_
