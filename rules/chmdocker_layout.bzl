"""An OCI layout made of files: an image without a base, as tests want them."""

def _config(ctx):
    config = {}
    if ctx.attr.entrypoint:
        config["Entrypoint"] = ctx.attr.entrypoint
    if ctx.attr.command:
        config["Cmd"] = ctx.attr.command
    if ctx.attr.env:
        config["Env"] = ["%s=%s" % (name, value) for name, value in ctx.attr.env.items()]
    if ctx.attr.user:
        config["User"] = ctx.attr.user
    return json.encode(config)

def _chmdocker_layout_impl(ctx):
    layout = ctx.actions.declare_directory(ctx.label.name)
    words = ctx.actions.args()
    words.add_all([layout.path, _config(ctx)])
    for target, path in ctx.attr.files.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("%s has %d outputs, and not one to be called %s" % (target.label, len(files), path), attr = "files")
        words.add_all(["file", files[0], path], expand_directories = False)
    for path, target in ctx.attr.symlinks.items():
        words.add_all(["link", target, path])
    ctx.actions.run(
        outputs = [layout],
        inputs = ctx.files.files,
        executable = ctx.executable._make_layout,
        arguments = [words],
        mnemonic = "OciLayout",
        progress_message = "Making the OCI layout " + layout.short_path,
        use_default_shell_env = True,
    )
    return [DefaultInfo(
        files = depset([layout]),
        runfiles = ctx.runfiles(files = [layout]),
    )]

chmdocker_layout = rule(
    implementation = _chmdocker_layout_impl,
    doc = """Makes an OCI layout with one image of one layer; the same files make the same bytes.

All is root's, may be read by all, and has no times. It takes GNU tar and coreutils.""",
    attrs = {
        "command": attr.string_list(doc = "The image's command."),
        "entrypoint": attr.string_list(doc = "The image's entry point."),
        "env": attr.string_dict(doc = "Variables of the image's environment."),
        "files": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "A file or a directory, and its path in the image.",
        ),
        "symlinks": attr.string_dict(doc = "A path in the image, and where it leads."),
        "user": attr.string(doc = "The image's user."),
        "_make_layout": attr.label(
            default = Label("//rules:make_layout.sh"),
            allow_single_file = True,
            cfg = "exec",
            executable = True,
        ),
    },
)
