using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Wire;

namespace ActorKube.Protocol.Endpoint;

/// <summary>One request of <see cref="IResourceClient"/> as it crosses processes.</summary>
/// <param name="Operation">Which member.</param>
/// <param name="Address">The object, or the collection when its name is empty.</param>
public sealed record EndpointRequest(EndpointOperation Operation, ObjectAddress Address)
{
    /// <summary>True when a list, watch or deletion of many is about one namespace only.</summary>
    public bool InNamespace { get; init; }

    /// <summary>Reads, lists and watches.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Reads, lists and watches.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Lists and watches.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Lists.</summary>
    public long Limit { get; init; }

    /// <summary>Lists.</summary>
    public string? Continue { get; init; }

    /// <summary>Watches.</summary>
    public bool AllowBookmarks { get; init; }

    /// <summary>Watches.</summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>Watches.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>Writes and deletions.</summary>
    public bool DryRun { get; init; }

    /// <summary>Writes.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Writes.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>Patches.</summary>
    public PatchType PatchType { get; init; }

    /// <summary>Deletions.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Deletions.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Deletions.</summary>
    public string? Uid { get; init; }

    /// <summary>Deletions: the state that has to be the present one.</summary>
    public string? Precondition { get; init; }

    /// <summary>Writes: the object or patch as JSON.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Writes every field in order.</summary>
    public void Write(WireWriter writer)
    {
        writer.Unsigned((ulong)Operation);
        writer.Text(Address.Resource.Group);
        writer.Text(Address.Resource.Version);
        writer.Text(Address.Resource.Plural);
        writer.Text(Address.Namespace);
        writer.Text(Address.Name);
        writer.Text(Address.Subresource);
        writer.Flag(InNamespace);
        writer.Optional(ResourceVersion);
        writer.Optional(LabelSelector);
        writer.Optional(FieldSelector);
        writer.Signed(Limit);
        writer.Optional(Continue);
        writer.Flag(AllowBookmarks);
        writer.Flag(SendInitialEvents);
        writer.Optional(TimeoutSeconds);
        writer.Flag(DryRun);
        writer.Optional(FieldManager);
        writer.Optional(FieldValidation);
        writer.Unsigned((ulong)PatchType);
        writer.Optional(GracePeriodSeconds);
        writer.Optional(PropagationPolicy);
        writer.Optional(Uid);
        writer.Optional(Precondition);
        writer.Blob(Body.Span);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are not a request.</exception>
    public static EndpointRequest Read(ref WireReader reader)
    {
        var operation = (EndpointOperation)reader.Count();
        if (!Enum.IsDefined(operation))
            throw new FormatException($"{(int)operation} is no operation.");
        var address = new ObjectAddress(new GroupVersionResource(reader.Text(), reader.Text(), reader.Text()), reader.Text(), reader.Text(), reader.Text());
        return new EndpointRequest(operation, address)
        {
            InNamespace = reader.Flag(),
            ResourceVersion = reader.OptionalText(),
            LabelSelector = reader.OptionalText(),
            FieldSelector = reader.OptionalText(),
            Limit = reader.Signed(),
            Continue = reader.OptionalText(),
            AllowBookmarks = reader.Flag(),
            SendInitialEvents = reader.Flag(),
            TimeoutSeconds = reader.OptionalSigned(),
            DryRun = reader.Flag(),
            FieldManager = reader.OptionalText(),
            FieldValidation = reader.OptionalText(),
            PatchType = ReadPatchType(ref reader),
            GracePeriodSeconds = reader.OptionalSigned(),
            PropagationPolicy = reader.OptionalText(),
            Uid = reader.OptionalText(),
            Precondition = reader.OptionalText(),
            Body = reader.Blob(),
        };
    }

    private static PatchType ReadPatchType(ref WireReader reader)
    {
        var type = (PatchType)reader.Count();
        return Enum.IsDefined(type) ? type : throw new FormatException($"{(int)type} is no type of patch.");
    }
}

/// <summary>The members of <see cref="IResourceClient"/> and <see cref="IBatchingClient"/>. The numbers are on the wire: never change one, add at the end.</summary>
public enum EndpointOperation
{
    /// <summary>Read one.</summary>
    Get = 0,
    /// <summary>Read many.</summary>
    List = 1,
    /// <summary>Follow changes.</summary>
    Watch = 2,
    /// <summary>Add.</summary>
    Create = 3,
    /// <summary>Replace.</summary>
    Update = 4,
    /// <summary>Change parts.</summary>
    Patch = 5,
    /// <summary>Delete one.</summary>
    Delete = 6,
    /// <summary>Delete many.</summary>
    DeleteCollection = 7,
    /// <summary>Change parts of many, each by itself; the body is an <see cref="EndpointBatch"/>.</summary>
    PatchMany = 8,
}
