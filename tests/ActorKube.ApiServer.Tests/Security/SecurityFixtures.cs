using System.Net;
using ActorKube.ApiServer.Security.Pki;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>A directory of its own for one test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorkube-security").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class SecurityFixtures
{
    public static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static FakeTimeProvider Clock() => new(Start);

    public static PkiOptions Options(params string[] extraNames) => new()
    {
        HostName = "machine-1",
        ExtraDnsNames = extraNames,
        Addresses = [IPAddress.Parse("10.96.0.1"), IPAddress.Parse("192.0.2.7")],
    };
}
