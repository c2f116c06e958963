"""Programs with their runfiles, to be run elsewhere, as another user."""

def _runfiles_archive_impl(ctx):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")
    runfiles = ctx.runfiles()
    for program in ctx.attr.programs:
        runfiles = runfiles.merge(program[DefaultInfo].default_runfiles)
    files = depset(
        [program[DefaultInfo].files_to_run.executable for program in ctx.attr.programs],
        transitive = [runfiles.files],
    )
    words = ctx.actions.args()
    words.add(archive)
    for file in files.to_list():
        words.add_all([file], expand_directories = False)
        words.add(ctx.workspace_name + "/" + file.short_path)
    ctx.actions.run_shell(
        outputs = [archive],
        inputs = files,
        arguments = [words],
        command = """
set -eu
archive=$1 tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
shift
while [ $# -gt 0 ]; do
  mkdir -p "$(dirname "$tree/$2")"
  cp -RL "$1" "$tree/$2"
  shift 2
done
tar -C "$tree" -cf "$archive" .
""",
    )
    return [DefaultInfo(
        files = depset([archive]),
        runfiles = ctx.runfiles(files = [archive]),
    )]

runfiles_archive = rule(
    implementation = _runfiles_archive_impl,
    doc = "A tar archive of programs of this workspace and their runfiles, at their paths there.",
    attrs = {"programs": attr.label_list(cfg = "target")},
)
