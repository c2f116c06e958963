// The benchmark: bazel run //testing/bench -- --help
#include <stdio.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/engines.h"
#include "testing/bench/measure.h"
#include "testing/bench/options.h"
#include "testing/bench/report.h"
#include "testing/bench/result.h"
#include "testing/bench/supervisor.h"
#include "testing/bench/workspace.h"

namespace {

using chmdocker::bench::Compare;
using chmdocker::bench::Options;
using chmdocker::bench::ParseOptions;
using chmdocker::bench::Result;
using chmdocker::bench::Supervise;
using chmdocker::bench::Workspace;

int Print(FILE* file, absl::string_view text) {
  fwrite(text.data(), 1, text.size(), file);
  return fflush(file) == 0 ? 0 : 1;
}

int Fail(const absl::Status& status) {
  (void)Print(stderr, absl::StrCat("bench: ", status.message(), "\n"));
  return 1;
}

absl::Status Draw(const Result& result, const std::string& path) {
  std::ofstream out(path);
  out << chmdocker::bench::Svg(result);
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": could not be written"));
}

int CompareAndPrint(const Options& options, const Workspace& workspace) {
  const absl::StatusOr<Result> result = Compare(options, workspace);
  if (!result.ok()) return Fail(result.status());
  if (!options.svg.empty()) {
    const absl::Status drawn = Draw(*result, options.svg);
    if (!drawn.ok()) return Fail(drawn);
  }
  return Print(stdout, options.json ? chmdocker::bench::Json(*result)
                                    : chmdocker::bench::Table(*result));
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<Options> options =
      ParseOptions(std::vector<std::string>(argv + (argc > 0), argv + argc));
  if (!options.ok()) return Fail(options.status());
  if (options->help) return Print(stdout, chmdocker::bench::HelpText());
  const absl::StatusOr<Workspace> workspace = Workspace::Create();
  if (!workspace.ok()) return Fail(workspace.status());
  const int status =
      Supervise([&] { return CompareAndPrint(*options, *workspace); });
  chmdocker::bench::ForgetEngines(*workspace);
  workspace->Remove();
  if (status < 0) return Fail(absl::InternalError("no process to work in"));
  return status;
}
