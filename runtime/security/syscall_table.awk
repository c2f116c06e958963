# From the rows of libseccomp's syscalls.csv, sorted by name, to C++: all names
# in one string, and where each begins with its numbers on x86_64, x32 and x86.
# One string has no pointers in it, so that a static-pie program has nothing to
# relocate at its start.
BEGIN { FS = "," }

function number(field) { return field ~ /^[0-9]+$/ ? field : -1 }

{
  names = names "\n    \"" $1 "\\0\""
  rows = rows "\n    {" offset + 0 ", {" number($4) ", " number($6) ", " number($2) "}},"
  offset += length($1) + 1
}

END {
  print "constexpr char kNames[] =" names ";\n"
  print "constexpr Row kRows[] = {" rows "\n};"
}
