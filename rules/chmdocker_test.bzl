"""Tests that run inside an OCI image, without docker and as an ordinary user.

    load("@chmdocker//rules:chmdocker_test.bzl", "chmdocker_test")

    chmdocker_test(
        name = "app_test",
        size = "small",
        image = ":image",
        command = ["/bin/app", "--self-check"],
    )

What is in the container besides the image's files:

    /bazel/runfiles   the data, and the test, at their runfiles paths, read-only
    /bazel/tmp        TEST_TMPDIR, empty and in memory
    /bazel/outputs    TEST_UNDECLARED_OUTPUTS_DIR, which is Bazel's own
    /bazel/report     where XML_OUTPUT_FILE is

RUNFILES_DIR, TEST_SRCDIR, TEST_WORKSPACE, TEST_TARGET, the variables of shards and of
--test_filter are set as Bazel's rules have them; of the host's environment there is
nothing else. What is written to the image's files is gone with the container.
"""

def _quote(word):
    return "'" + word.replace("'", "'\\''") + "'"

def _array(name, words):
    return "%s=(%s)" % (name, " ".join([_quote(word) for word in words]))

def _runfiles_path(ctx, short_path):
    """Where a file is below the runfiles directory."""
    if short_path.startswith("../"):
        return short_path[len("../"):]
    return ctx.workspace_name + "/" + short_path

def _expand(ctx, word):
    """A word with the paths that files have in the container."""
    word = word.replace("$(RUNFILES)", "/bazel/runfiles/" + ctx.workspace_name)
    return ctx.expand_location(word, ctx.attr.data)

def _names_of(ctx, runfiles):
    """The paths of all that is in `runfiles`."""
    below_workspace = [file.short_path for file in runfiles.files.to_list()]
    below_workspace += [entry.path for entry in runfiles.symlinks.to_list()]
    below_workspace += runfiles.empty_filenames.to_list()
    names = [_runfiles_path(ctx, path) for path in below_workspace]
    names += [entry.path for entry in runfiles.root_symlinks.to_list()]
    return {name: None for name in names}.keys()

def _inside(ctx):
    """The runfiles that the container has."""
    runfiles = ctx.runfiles(files = ctx.files.data)
    for target in ctx.attr.data + ([ctx.attr.test] if ctx.attr.test else []):
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    if ctx.attr.test:
        runfiles = runfiles.merge(ctx.runfiles(files = [ctx.executable.test]))
    return runfiles

def _image(ctx):
    files = ctx.files.image
    if len(files) != 1:
        fail("%s has %d outputs, and not one: an OCI layout, which is a directory, or an archive of one or of docker save" %
             (ctx.attr.image.label, len(files)), attr = "image")
    return files[0]

def _chmdocker_test_impl(ctx):
    if ctx.attr.test and ctx.attr.command:
        fail("a test runs instead of a command; there can't be both", attr = "command")
    image = _image(ctx)
    inside = _inside(ctx)

    data = ctx.actions.declare_file(ctx.label.name + ".data")
    ctx.actions.write(data, "".join([name + "\n" for name in _names_of(ctx, inside)]))

    test = _runfiles_path(ctx, ctx.executable.test.short_path) if ctx.attr.test else ""
    words = [
        _array("command", [_expand(ctx, word) for word in ctx.attr.command]),
        _array("environment", ["%s=%s" % (name, _expand(ctx, value)) for name, value in ctx.attr.env.items()]),
        _array("tmpfs", ctx.attr.tmpfs),
    ] + ["%s=%s" % (name, _quote(value)) for name, value in [
        ("chmdocker", _runfiles_path(ctx, ctx.executable.chmdocker.short_path)),
        ("data_list", _runfiles_path(ctx, data.short_path)),
        ("expected_exit_code", str(ctx.attr.expected_exit_code)),
        ("image", _runfiles_path(ctx, image.short_path)),
        ("network", ctx.attr.network),
        ("skip_if_unsupported", "yes" if ctx.attr.skip_if_unsupported else "no"),
        ("test", test),
        ("user", ctx.attr.user),
        ("workspace", ctx.workspace_name),
    ]]

    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        "\n".join([
            "#!/usr/bin/env bash",
            "# What a chmdocker_test runs, for launcher.sh.",
            "runfiles=${RUNFILES_DIR:-${TEST_SRCDIR:-$0.runfiles}}",
        ] + words + [
            'source "$runfiles"/' + _quote(_runfiles_path(ctx, ctx.file._launcher.short_path)),
            "",
        ]),
        is_executable = True,
    )
    files = [image, data, ctx.executable.chmdocker, ctx.file._launcher]
    runfiles = ctx.runfiles(files = files).merge(inside)
    return [DefaultInfo(
        executable = launcher,
        # Those of the image: files of a layout may be symlinks to them.
        runfiles = runfiles.merge(ctx.attr.image[DefaultInfo].default_runfiles),
    )]

chmdocker_test = rule(
    implementation = _chmdocker_test_impl,
    doc = """Runs a command, or another test, inside an OCI image.

The test passes when the command's exit code is the one that is expected; its log is
what the command writes. `args` are further words of the command, or of the test. The
container, its store and its state are below TEST_TMPDIR and gone with the test, at a
timeout as well. It has no network, no rights on the host and no files of it but what
the attributes name.""",
    test = True,
    attrs = {
        "chmdocker": attr.label(
            default = Label("//cli:chmdocker"),
            allow_files = True,
            cfg = "target",
            doc = "The program: one static file, built here or elsewhere.",
            executable = True,
        ),
        "command": attr.string_list(
            doc = "What to run, instead of the image's own command. $(RUNFILES)/$(rootpath LABEL) is a file of `data`. " +
                  "If the image has an entry point these are its arguments, as docker has it.",
        ),
        "data": attr.label_list(
            allow_files = True,
            doc = "Files, and programs with their runfiles, that the container sees below /bazel/runfiles.",
        ),
        "env": attr.string_dict(
            doc = "Variables of the command's environment; $(RUNFILES) and $(rootpath LABEL) as in `command`.",
        ),
        "expected_exit_code": attr.int(
            doc = "The exit code with which the command is to end; 128+N: by signal N.",
        ),
        "image": attr.label(
            allow_files = True,
            doc = "One output: an OCI layout (a directory) with one image, as rules_oci's oci_image makes it, " +
                  "or an archive with one, of docker save or of a layout.",
            mandatory = True,
        ),
        "network": attr.string(
            default = "none",
            doc = "none: a loopback device alone; host: the network that Bazel gives the test.",
            values = ["none", "host"],
        ),
        "skip_if_unsupported": attr.bool(
            doc = "Pass, and say why, where containers can't be run, instead of failing.",
        ),
        "test": attr.label(
            cfg = "target",
            doc = "A test or a program that runs in the image in place of a command, in the directory that " +
                  "Bazel's tests start in. What it needs and its runfiles don't have is to be in the image.",
            executable = True,
        ),
        "tmpfs": attr.string_list(
            doc = "Empty directories in memory: DIR, or DIR:OPTIONS as chmdocker run --tmpfs has them.",
        ),
        "user": attr.string(
            doc = "NAME|UID[:GROUP|GID] of the image's, instead of the image's own. One that is not root takes " +
                  "ranges in /etc/subuid and /etc/subgid, and a test that is not sandboxed, or root. " +
                  "Directories that it leaves in /bazel/outputs are its own.",
        ),
        "_launcher": attr.label(
            default = Label("//rules:launcher.sh"),
            allow_single_file = True,
        ),
    },
)
