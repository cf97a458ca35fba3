using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Hyperion;
using Serializer = Akka.Serialization.Serializer;

namespace ActorKube.Protocol.Serialization;

/// <summary>
/// Carries rare messages of our own whose form on the wire need not be kept: Hyperion, restricted to the types of <see cref="ColdMessageSetup"/>.
/// Never used for what is persisted.
/// </summary>
public sealed class ColdSerializer : Serializer
{
    private readonly FrozenSet<Type> _types;
    private readonly Hyperion.Serializer _hyperion;

    /// <summary>Made by an actor system that has settings for the serializer it replaces (Akka's defaults for <c>json</c>); they mean nothing here.</summary>
    public ColdSerializer(ExtendedActorSystem system, Config settings) : this(system)
    {
    }

    /// <summary>Made by the actor system.</summary>
    public ColdSerializer(ExtendedActorSystem system) : base(system)
    {
        _types = (system.Settings.Setup.Get<ColdMessageSetup>() is { HasValue: true } setup ? setup.Value.Types : []).ToFrozenSet();
        // No references are preserved and no surrogates exist: messages are trees of values. The switch for unsafe types stays on beneath the filter.
        _hyperion = new Hyperion.Serializer(SerializerOptions.Default.WithVersionTolerance(false).WithPreserveObjectReferences(false).WithIgnoreSerializable(true)
            .WithDisallowUnsafeType(true).WithTypeFilter(new ColdTypeFilter(_types)));
    }

    /// <summary>Registered in <c>hocon/protocol.conf</c>; never reused for another serializer.</summary>
    public override int Identifier => 17_002;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The message is of a type that was not registered.</exception>
    public override byte[] ToBinary(object obj)
    {
        if (!_types.Contains(obj.GetType()))
            throw new SerializationException($"{obj.GetType()} is not registered to cross processes.");
        using var stream = new MemoryStream();
        _hyperion.Serialize(obj, stream);
        return stream.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are not a message of a registered type.</exception>
    public override object FromBinary(byte[] bytes, Type type)
    {
        object message;
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            message = _hyperion.Deserialize<object>(stream);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new SerializationException($"The bytes are not a registered message: {failure.Message}", failure);
        }
        return message is not null && _types.Contains(message.GetType()) ? message : throw new SerializationException("The bytes are not a registered message.");
    }
}
