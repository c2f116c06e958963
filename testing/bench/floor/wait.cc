// What runs in the containers that others are measured beside: nothing, until
// it is killed. A first process is only stopped by signals that it asks for.
#include <signal.h>
#include <unistd.h>

int main() {
  signal(SIGTERM, _exit);
  for (;;) pause();
}
