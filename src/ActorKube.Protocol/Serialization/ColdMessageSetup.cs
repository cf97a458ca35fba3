using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorKube.Protocol.Serialization;

/// <summary>Tells <see cref="ColdSerializer"/> which types exist: messages and, for each, the types of its parts.</summary>
/// <param name="types">The types; nothing else is ever written or made.</param>
public sealed class ColdMessageSetup(IReadOnlyList<Type> types) : Setup
{
    /// <summary>The types.</summary>
    public IReadOnlyList<Type> Types { get; } = types;

    /// <summary>Binds the types to the serializer.</summary>
    internal static Config Bindings(IReadOnlyList<Type> types) => ConfigurationFactory.ParseString(
        $"akka.actor.serialization-bindings {{\n{string.Join('\n', types.Select(t => $"\"{t.AssemblyQualifiedName}\" = actorkube-cold"))}\n}}");
}
