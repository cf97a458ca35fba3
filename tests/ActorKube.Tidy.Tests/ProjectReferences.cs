using System.Text.RegularExpressions;

namespace ActorKube.Tidy.Tests;

public sealed partial class ProjectReferences
{
    // Who may reference whom; whatever is not listed is forbidden. Components never reference each other: they meet through Kubernetes objects.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ActorKube.Api"] = [],
        ["ActorKube.SchemaBuilder"] = [],
        ["ActorKube.Cri"] = [],
        ["ActorKube.Machinery"] = ["ActorKube.Api"],
        ["ActorKube.Protocol"] = ["ActorKube.Api", "ActorKube.Machinery"],
        ["ActorKube.Store"] = ["ActorKube.Api", "ActorKube.Protocol"],
        ["ActorKube.ApiServer"] = ["ActorKube.Api", "ActorKube.Protocol", "ActorKube.Machinery"],
        ["ActorKube.Controllers"] = ["ActorKube.Api", "ActorKube.Protocol", "ActorKube.Machinery"],
        ["ActorKube.Scheduler"] = ["ActorKube.Api", "ActorKube.Protocol", "ActorKube.Machinery"],
        ["ActorKube.NodeAgent"] = ["ActorKube.Api", "ActorKube.Protocol", "ActorKube.Machinery", "ActorKube.Cri"],
        ["ActorKube"] =
        [
            "ActorKube.Api", "ActorKube.Protocol", "ActorKube.Machinery", "ActorKube.Store", "ActorKube.ApiServer", "ActorKube.Controllers",
            "ActorKube.Scheduler", "ActorKube.NodeAgent",
        ],
    };

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var forbidden =
            from project in Repository.Projects("src")
            from reference in References(project.File)
            where !Allowed.TryGetValue(project.Name, out var allowed) || !allowed.Contains(reference)
            select $"{project.Name} -> {reference}";
        Assert.Empty(forbidden);
    }

    [Fact]
    public void Projects_below_the_protocol_know_no_akka()
    {
        string[] below = ["ActorKube.Api", "ActorKube.SchemaBuilder", "ActorKube.Cri", "ActorKube.Machinery"];
        var knowing = Repository.Projects("src").Where(p => below.Contains(p.Name) && Repository.Text(p.File).Contains("\"Akka", StringComparison.Ordinal));
        Assert.Empty(knowing);
    }

    [Fact]
    public void Test_projects_mirror_the_components()
    {
        var tests = Repository.Projects("tests").Select(p => p.Name).ToHashSet();
        string[] builders = ["ActorKube", "ActorKube.Cri", "ActorKube.SchemaBuilder"];
        var untested = Repository.Projects("src").Select(p => p.Name).Where(p => !builders.Contains(p) && !tests.Contains(p + ".Tests"));
        Assert.Empty(untested);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Text("ActorKube.sln");
        var missing = Repository.Projects("src").Concat(Repository.Projects("tests")).Where(p => !solution.Contains($"\"{p.Name}\"", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_project_has_a_readme()
    {
        var missing = Repository.Projects("src").Concat(Repository.Projects("tests"))
            .Select(p => Path.Combine(Path.GetDirectoryName(p.File)!, "README.md"))
            .Where(f => !File.Exists(Path.Combine(Repository.Root, f)));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> References(string projectFile) =>
        ReferencePattern().Matches(Repository.Text(projectFile))
            .Where(m => !m.Value.Contains("ReferenceOutputAssembly=\"false\"", StringComparison.Ordinal))
            .Select(m => Path.GetFileNameWithoutExtension(m.Groups[1].Value.Replace('\\', '/')));

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"[^>]*>")]
    private static partial Regex ReferencePattern();
}
