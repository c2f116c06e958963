// Tables as people and scripts read them. Pure.
#ifndef CHMDOCKER_CLI_COLUMNS_H_
#define CHMDOCKER_CLI_COLUMNS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace chmdocker::cli {

using Row = std::vector<std::string>;

// The rows as lines, of which all have as many cells as the first: each column
// but the last is `least` characters wide, or as its widest cell and 3 blanks.
std::string Columns(const std::vector<Row>& rows, size_t least = 0);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_COLUMNS_H_
