// "/proc/self/fd/N": how calls that only take paths are given a descriptor.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_FD_PATH_H_
#define CHMDOCKER_RUNTIME_MOUNTS_FD_PATH_H_

namespace chmdocker::mounts {

class FdPath {
 public:
  explicit FdPath(int fd) {
    char digits[12];
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + fd % 10);
      fd /= 10;
    } while (fd > 0);
    char* out = text_ + sizeof(kPrefix) - 1;
    while (count > 0) *out++ = digits[--count];
  }
  const char* c_str() const { return text_; }

 private:
  static constexpr char kPrefix[] = "/proc/self/fd/";
  char text_[sizeof(kPrefix) + 12] = "/proc/self/fd/";
};

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_FD_PATH_H_
