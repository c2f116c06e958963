// A fuzz target's corpus as a test, without the fuzzer: each file that is named
// on the command line goes through the target once.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "replay: %s can't be read\n", argv[i]);
      return 1;
    }
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::printf("%s: %zu bytes\n", argv[i], text.size());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()),
                           text.size());
  }
  if (argc < 2) std::fputs("replay: there is no corpus\n", stderr);
  return argc < 2 ? 1 : 0;
}
