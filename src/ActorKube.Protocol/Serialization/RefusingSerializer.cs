using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorKube.Protocol.Serialization;

/// <summary>
/// Stands where Akka has its catch-all, which would make an instance of whatever type a peer names: what is bound to no serializer is refused on both sides.
/// </summary>
/// <param name="system">The actor system.</param>
/// <param name="settings">Those of the serializer it replaces; they mean nothing here.</param>
#pragma warning disable CS9113, IDE0060 // Akka hands the settings of a replaced serializer over.
public sealed class RefusingSerializer(ExtendedActorSystem system, Config settings) : Serializer(system)
#pragma warning restore CS9113, IDE0060
{
    /// <summary>Registered in <c>hocon/protocol.conf</c>; never reused for another serializer.</summary>
    public override int Identifier => 17_003;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is bound to no serializer and cannot cross processes.");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException("No message is carried by this serializer.");
}
