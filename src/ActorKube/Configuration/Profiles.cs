using Akka.Configuration;

namespace ActorKube.Configuration;

/// <summary>The settings that a command changes: <c>hocon/profiles/NAME.conf</c>.</summary>
internal static class Profiles
{
    /// <summary>Reads a profile.</summary>
    public static Config Read(string name)
    {
        using var stream = typeof(Profiles).Assembly.GetManifestResourceStream($"profiles.{name}.conf") ?? throw new InvalidOperationException($"There is no profile {name}.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
