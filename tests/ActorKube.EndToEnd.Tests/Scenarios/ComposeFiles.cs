using System.Net;
using System.Text.RegularExpressions;
using ActorKube.CommandLine;
using ActorKube.EndToEnd.Tests.Processes;
using YamlDotNet.RepresentationModel;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Images cannot be built where the tests run; that their commands are commands of the program can be seen without.</summary>
public sealed partial class ComposeFiles
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docker");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_command_in_a_compose_file_is_one_of_the_program(string file)
    {
        var services = (YamlMappingNode)Read(file)["services"];
        var commands = services.Children.Values.OfType<YamlMappingNode>().Where(s => s.Children.ContainsKey("command")).Select(s => ((YamlSequenceNode)s["command"]).Select(a => $"{a}").ToArray()).ToArray();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
            Assert.Empty(CommandTree.Build().Parse([.. command.Select(a => Variable().Replace(a, ""))]).Errors);
    }

    [Fact]
    public void Processes_of_several_containers_keep_the_addresses_by_which_they_find_each_other()
    {
        var compose = Read("compose.three-servers.yaml");
        var subnet = IPNetwork.Parse($"{compose["networks"]["cluster"]["ipam"]["config"][0]["subnet"]}");
        var addresses = ((YamlMappingNode)compose["services"]).Children.Values.OfType<YamlMappingNode>().Where(s => s.Children.ContainsKey("command"))
            .Select(s => IPAddress.Parse($"{s["networks"]["cluster"]["ipv4_address"]}")).ToArray();
        Assert.Equal(5, addresses.Distinct().Count());
        Assert.All(addresses, address => Assert.True(subnet.Contains(address)));
    }

    [Fact]
    public void The_commands_of_the_image_are_those_of_the_program()
    {
        var line = File.ReadAllLines(Path.Combine(Folder, "Dockerfile")).Single(l => l.StartsWith("CMD ", StringComparison.Ordinal));
        Assert.Empty(CommandTree.Build().Parse(System.Text.Json.JsonSerializer.Deserialize<string[]>(line["CMD ".Length..])!).Errors);
    }

    [Fact]
    public void The_image_is_built_from_what_is_in_the_repository_and_from_nothing_that_was_built_outside()
    {
        var copied = File.ReadAllLines(Path.Combine(Folder, "Dockerfile")).Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(l => l.Split(' ')[1..^1]).ToArray();
        Assert.NotEmpty(copied);
        Assert.All(copied, name => Assert.True(Path.Exists(Path.Combine(Repository.Root, name)), $"There is no {name} to be copied."));
        var ignored = File.ReadAllLines(Path.Combine(Repository.Root, ".dockerignore"));
        Assert.DoesNotContain(copied, name => ignored.Contains(name.TrimStart('.', '/')));
        Assert.Contains("**/bin", ignored);
        Assert.Contains("**/obj", ignored);
    }

    private static YamlNode Read(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, file))));
        return yaml.Documents[0].RootNode;
    }

    [GeneratedRegex(@"\$\{[A-Z_]+:-\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
