#include "cli/network_texts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/network_flags.h"

namespace chmdocker::cli {
namespace {

using Words = std::vector<std::string>;

// resolv.conf(5), taken apart.
struct Resolver {
  Words servers;
  Words search;
  Words options;
  Words others;  // whole lines: sortlist
};

// Of two lists of domains the last counts, and "domain" is one of one.
Resolver Parse(absl::string_view text) {
  Resolver resolver;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    Words words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty() || words[0][0] == '#' || words[0][0] == ';') continue;
    const std::string keyword = words[0];
    words.erase(words.begin());
    if (keyword == "nameserver") {
      if (!words.empty()) resolver.servers.push_back(words[0]);
    } else if (keyword == "search" || keyword == "domain") {
      resolver.search = words;
    } else if (keyword == "options") {
      resolver.options.insert(resolver.options.end(), words.begin(),
                              words.end());
    } else {
      resolver.others.emplace_back(line);
    }
  }
  return resolver;
}

bool IsLoopback(const std::string& address) {
  in_addr v4;
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  in6_addr v6;
  const std::string bare = address.substr(0, address.find('%'));
  return inet_pton(AF_INET6, bare.c_str(), &v6) == 1 &&
         IN6_IS_ADDR_LOOPBACK(&v6);
}

std::string Line(absl::string_view keyword, const Words& words) {
  return words.empty()
             ? ""
             : absl::StrCat(keyword, " ", absl::StrJoin(words, " "), "\n");
}

}  // namespace

const char kLocalHosts[] =
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::\tip6-localnet\n"
    "ff00::\tip6-mcastprefix\n"
    "ff02::1\tip6-allnodes\n"
    "ff02::2\tip6-allrouters\n";

std::string HostsText(const NetworkFlags& flags, absl::string_view base,
                      absl::string_view hostname) {
  std::string text(base);
  if (!text.empty() && text.back() != '\n') text += '\n';
  for (const std::string& line : flags.hosts) {
    absl::StrAppend(&text, line, "\n");
  }
  if (IsHostName(hostname) && hostname != "localhost") {
    absl::StrAppend(&text, "127.0.0.1\t", hostname, "\n");
  }
  return text;
}

bool IsStubOnly(absl::string_view resolver) {
  return Parse(resolver).servers == Words{"127.0.0.53"};
}

std::string ResolverText(const NetworkFlags& flags, absl::string_view of_host,
                         bool has_loopback) {
  if (has_loopback && !flags.changes_resolver()) return std::string(of_host);
  Resolver resolver = Parse(of_host);
  if (!has_loopback) std::erase_if(resolver.servers, IsLoopback);
  if (!flags.servers.empty()) resolver.servers = flags.servers;
  if (!flags.search.empty()) resolver.search = flags.search;
  if (!flags.options.empty()) resolver.options = flags.options;
  std::erase(resolver.search, ".");
  std::string text;
  for (const std::string& server : resolver.servers) {
    absl::StrAppend(&text, "nameserver ", server, "\n");
  }
  absl::StrAppend(&text, Line("search", resolver.search),
                  Line("options", resolver.options));
  for (const std::string& line : resolver.others) {
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

}  // namespace chmdocker::cli
