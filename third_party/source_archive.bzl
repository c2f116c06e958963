"""A repository from a pinned source archive: upstream's, or else Debian's.

Upstream and Debian may pack the same tree differently (the top folder's name,
another compression), so each has a digest of its own, and the digest alone is
what is trusted.  Debian's archive is named by its path below the archive root;
the root is whatever mirror apt on this machine uses, asked when it is needed.
"""

def _mirror_list(ctx, uri):
    """The mirrors that a `mirror+file:` URI of apt's stands for."""
    lines = ctx.read(uri[len("mirror+file:"):].rstrip("/")).split("\n")
    return [line.split("\t")[0].split(" ")[0] for line in lines]

def _archive_roots(ctx):
    """The archive roots in apt's configuration, in its order, once each."""
    apt_get = ctx.which("apt-get")
    if not apt_get:
        return []
    asked = ctx.execute([apt_get, "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"])
    if asked.return_code:
        return []
    roots = {}
    for uri in asked.stdout.split("\n"):
        uri = uri.strip()
        for root in (_mirror_list(ctx, uri) if uri.startswith("mirror+file:") else [uri]):
            if root.split(":")[0] in ["http", "https", "file"]:
                roots[root.rstrip("/") + "/"] = None
    return roots.keys()

def _download(ctx, urls, sha256):
    return bool(urls) and ctx.download(url = urls, output = _ARCHIVE, sha256 = sha256, allow_fail = True).success

_ARCHIVE = "source.archive"

def _fetch(ctx):
    """Downloads the archive and returns the name of its top folder."""
    origin = ctx.os.environ.get("CHMDOCKER_SOURCES", "")
    if origin != "debian" and _download(ctx, ctx.attr.urls, ctx.attr.sha256):
        return ctx.attr.strip_prefix
    if origin != "upstream" and _download(ctx, [root + ctx.attr.debian_path for root in _archive_roots(ctx)], ctx.attr.debian_sha256):
        return ctx.attr.debian_strip_prefix
    fail("%s: got it neither from %s nor, as %s, from a Debian mirror in apt's configuration" %
         (ctx.name, " ".join(ctx.attr.urls), ctx.attr.debian_path))

def _extract(ctx, prefix):
    # tar and not ctx.extract: it takes a few folders out of a large archive,
    # and is ten times as fast.
    command = ["tar", "-xf", _ARCHIVE, "--no-same-owner"]
    if prefix:
        command.append("--strip-components=%d" % (prefix.count("/") + 1))
    command += [(prefix + "/" if prefix else "") + member for member in ctx.attr.members]
    extracted = ctx.execute(command, timeout = 600)
    if extracted.return_code:
        fail("%s: %s" % (ctx.name, extracted.stderr))
    ctx.delete(_ARCHIVE)

def _drop_feature(ctx, feature):
    """Takes a toolchain feature out of the archive's BUILD files."""
    line = "/^ *\"%s\",$/d" % feature
    edited = ctx.execute(["find", ".", "-name", "BUILD*", "-exec", "sed", "-i", line, "{}", "+"])
    if edited.return_code:
        fail("%s: %s" % (ctx.name, edited.stderr))

def _source_archive_impl(ctx):
    _extract(ctx, _fetch(ctx))
    for patch in ctx.attr.patches:
        ctx.patch(patch, strip = 1)
    for feature in ctx.attr.dropped_features:
        _drop_feature(ctx, feature)
    if ctx.attr.build_file:
        ctx.delete("BUILD")
        ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

    # What the archive says of its own dependencies is not wanted.
    for name in ["WORKSPACE.bazel", "MODULE.bazel"]:
        ctx.delete(name)
    ctx.delete("WORKSPACE")
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name, executable = False)

source_archive = repository_rule(
    implementation = _source_archive_impl,
    doc = "A repository from a pinned source archive, upstream's or Debian's.",
    attrs = {
        "build_file": attr.label(doc = "Replaces the archive's own root BUILD file."),
        "debian_path": attr.string(mandatory = True, doc = "Path of Debian's archive below the root of a mirror."),
        "debian_sha256": attr.string(mandatory = True),
        "debian_strip_prefix": attr.string(doc = "Top folder in Debian's archive."),
        "dropped_features": attr.string_list(
            doc = "Toolchain features that its packages switch on, and that check what only its own developers change.",
        ),
        "members": attr.string_list(doc = "The files and folders to extract; all of them if empty."),
        "patches": attr.label_list(doc = "Applied in order, with -p1."),
        "sha256": attr.string(mandatory = True),
        "strip_prefix": attr.string(doc = "Top folder in upstream's archive."),
        "urls": attr.string_list(mandatory = True, doc = "Where upstream publishes the archive."),
    },
    # CHMDOCKER_SOURCES=debian does not try upstream (a firewall that drops
    # packets costs minutes of retries), =upstream does not ask apt.
    environ = ["CHMDOCKER_SOURCES"],
)
