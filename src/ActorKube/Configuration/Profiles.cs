using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.Configuration;

/// <summary>The settings that a command changes: <c>hocon/profiles/NAME.conf</c>.</summary>
internal static class Profiles
{
    /// <summary>Reads a profile.</summary>
    public static Config Read(string name) => EmbeddedSettings.Read(typeof(Profiles).Assembly, $"profiles.{name}.conf");
}
