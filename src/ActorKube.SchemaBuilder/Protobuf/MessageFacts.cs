using ActorKube.Api.Protobuf.Image;

namespace ActorKube.SchemaBuilder.Protobuf;

/// <summary>What a table says about one protobuf message.</summary>
/// <param name="FullName">Its package and name, for example <c>io.k8s.api.core.v1.Pod</c>.</param>
/// <param name="Origin">Where it is written, for messages about it.</param>
internal sealed record MessageFacts(string FullName, string Origin)
{
    /// <summary>The <c>apiVersion</c> of objects of this type; null where it is only a part of others.</summary>
    public string? ApiVersion { get; init; }

    public MessageForm Form { get; init; }

    public List<FieldFacts> Fields { get; } = [];

    public string Name => FullName[(FullName.LastIndexOf('.') + 1)..];
}

/// <summary>What a table says about one field.</summary>
/// <param name="Number">Its number on the wire.</param>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">How its values are encoded.</param>
/// <param name="Message">The full name of the message that a value is; null for other types.</param>
/// <param name="Flags">List or map, and when it is left out.</param>
internal sealed record FieldFacts(int Number, string Name, FieldType Type, string? Message, FieldFlags Flags);
