using System.Text.RegularExpressions;

namespace ActorKube.Tidy.Tests;

public sealed class Registries
{
    /// <summary>What a plug-in is declared as, where such declarations stand, and the files that have to name each.</summary>
    public static TheoryData<string, string, string[]> Kinds => new()
    {
        { @"\w*Strategy\(", "src/ActorKube.ApiServer/Kinds", ["src/ActorKube.ApiServer/Kinds"] },
        { "IAdmissionPlugin", "src/ActorKube.ApiServer", ["src/ActorKube.ApiServer/Admission/AdmissionPlugins.cs", "src/ActorKube.ApiServer/Security/ClusterSecurity.cs"] },
        { "IBootstrapStep", "src/ActorKube.ApiServer", ["src/ActorKube.ApiServer/Pipeline/Bootstrap/BootstrapSteps.cs"] },
        { "IReconciler", "src/ActorKube.Controllers", ["src/ActorKube.Controllers/Hosting/ControllerRegistry.cs", "src/ActorKube.Controllers/Hosting/CloudControllers.cs"] },
        { @"I\w*Plugin", "src/ActorKube.Scheduler/Plugins", ["src/ActorKube.Scheduler/Framework/PluginRegistry.cs"] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_is_made_for_a_registry_stands_in_it(string contract, string folder, string[] registries)
    {
        var declaration = new Regex($@"\bsealed (?:partial )?class (\w+)(?:\([^{{;]*\))?\s*:\s*[^{{;]*?\b{contract}");
        var declared =
            from file in Repository.Sources(folder)
            from Match match in declaration.Matches(Repository.Text(file))
            select match.Groups[1].Value;
        Assert.NotEmpty(declared);
        var registered = string.Concat(registries.SelectMany(r => r.EndsWith(".cs", StringComparison.Ordinal) ? [r] : Repository.Sources(r)).Select(Repository.Text));
        var missing = declared.Where(name => !Regex.IsMatch(registered, $@"\bnew {name}\b|\b{name} \w+(\(.*\))? =>? new\("));
        Assert.Empty(missing);
    }
}
