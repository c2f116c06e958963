// Where the kernel starts chmdocker: in front of libc's _start.
//
// That begins by writing relocations to ten pages of the program, and the first
// three of zeroed memory have the small variables (startup_order.txt). Each
// would cost an exception when it is touched; here they become present in one
// call, which Linux has since 5.14 (madvise(2)). Before, nothing happens.

extern "C" [[gnu::naked]] void chmdocker_start() {
#if defined(__x86_64__)
  __asm__(
      "lea __init_array_start(%rip), %rdi\n\t"
      "and $-4096, %rdi\n\t"
      "lea _edata + 0x3000(%rip), %rsi\n\t"
      "sub %rdi, %rsi\n\t"
      "mov %rdx, %r8\n\t"  // what _start gets in it
      "mov $23, %edx\n\t"  // MADV_POPULATE_WRITE
      "mov $28, %eax\n\t"  // madvise
      "syscall\n\t"
      "mov %r8, %rdx\n\t"
      "jmp _start\n\t");
#else
#error "written for x86_64 only"
#endif
}
