using System.Reflection;
using Akka.Configuration;

namespace ActorKube.Protocol.Hosting;

/// <summary>HOCON files that are part of an assembly.</summary>
public static class EmbeddedSettings
{
    /// <summary>Reads one.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="name">Name of the resource, for example <c>store.conf</c>.</param>
    /// <exception cref="InvalidOperationException">The assembly has no such file.</exception>
    public static Config Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not part of {assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
