using System.CommandLine;
using System.Runtime.InteropServices;
using ActorKube.ApiServer.Http;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube version</c>.</summary>
internal static class VersionCommand
{
    public static Command Build()
    {
        var command = new Command("version", "Print the version of ActorKube and of the Kubernetes API it serves.");
        command.SetAction(_ => Console.WriteLine($"actorkube {ServedVersion.GitVersion} (Kubernetes {ServedVersion.Major}.{ServedVersion.Minor}), {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"));
        return command;
    }
}
