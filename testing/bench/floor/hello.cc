// What the start of a program costs that does nearly nothing: as the first one
// in every book on C.
#include <stdio.h>

int main() {
  puts("hello, world");
  return 0;
}
