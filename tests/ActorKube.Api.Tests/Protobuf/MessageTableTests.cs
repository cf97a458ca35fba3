using ActorKube.Api.Names;
using ActorKube.Api.Protobuf;
using ActorKube.Api.Protobuf.Image;
using ActorKube.Api.Schema;

namespace ActorKube.Api.Tests.Protobuf;

/// <summary>Holds the tables of messages against the schemas, which come from elsewhere.</summary>
public sealed class MessageTableTests
{
    /// <summary>Fields that the package's version of the API has, and whose numbers upstream has not published.</summary>
    private static readonly string[] Unpublished = ["compatibilityGroups", "derivedAttributes", "runningInUserNamespace"];

    private static readonly SchemaRegistry Registry = new();
    private readonly HashSet<(MessageType, string?)> _seen = [];
    private readonly List<string> _differences = [];

    public static TheoryData<string, string> Kinds => [.. MessageImage.BuiltIn.Kinds.Order()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_has_the_fields_and_types_of_its_schema(string apiVersion, string kind)
    {
        var schema = Registry.Find(GroupVersionKind.From(apiVersion, kind));
        Assert.NotNull(schema);
        Compare(kind, MessageImage.BuiltIn.Find(apiVersion, kind)!, schema);
        Assert.True(_differences.Count == 0, string.Join("; ", _differences));
    }

    // Nobody sends figures of use: they are only read.
    [Fact]
    public void Every_kind_that_can_be_sent_and_is_no_list_has_a_message() =>
        Assert.DoesNotContain(
            SchemaRegistry.BuiltInKinds.Where(k => Registry.Find(k)!.Property("metadata") is not null && Registry.Find(k)!.Property("items") is null && k.Kind is not "Status" && k.Group is not "metrics.k8s.io"),
            k => !ProtobufDecoder.Knows(k));

    private void Compare(string path, MessageType message, SchemaNode schema)
    {
        if (!_seen.Add((message, schema.DefinitionName)) || schema.Type is SchemaType.Any)
            return;
        var fields = Flat(message).ToDictionary(f => f.Name);
        foreach (var property in schema.Properties.Where(p => !fields.ContainsKey(p.Name) && p.Name is not ("apiVersion" or "kind") && !Unpublished.Contains(p.Name)))
            _differences.Add($"{path}.{property.Name}: no field");
        foreach (var field in fields.Values)
        {
            if (schema.Property(field.Name) is { } node)
                CompareField($"{path}.{field.Name}", field, node);
            else
                _differences.Add($"{path}.{field.Name}: no property");
        }
    }

    private void CompareField(string path, MessageField field, SchemaNode node)
    {
        if (field.IsList && node.Type != SchemaType.Array || field.IsMap && node.Type is not (SchemaType.Map or SchemaType.AnyObject))
            _differences.Add($"{path}: {field.Flags}, but {node.Type}");
        var value = field.IsList ? node.Items : field.IsMap ? node.Values : node;
        if (value is null)
            return;
        if (field.Type == FieldType.Message)
            CompareMessage(path, MessageImage.BuiltIn.Message(field.Message), value);
        else if (!Fits(field.Type, value.Type))
            _differences.Add($"{path}: {field.Type}, but {value.Type}");
    }

    private void CompareMessage(string path, MessageType message, SchemaNode node)
    {
        if (message.Form == MessageForm.List)
            CompareField(path, message.FromHighest.Single(), node);
        else if (message.Form == MessageForm.Object)
            Compare(path, message, node);
    }

    private static IEnumerable<MessageField> Flat(MessageType message) =>
        message.FromHighest.SelectMany(f => f.IsInline ? Flat(MessageImage.BuiltIn.Message(f.Message)) : [f]);

    private static bool Fits(FieldType field, SchemaType schema) => field switch
    {
        FieldType.String or FieldType.Bytes or FieldType.Time or FieldType.MicroTime or FieldType.Duration => schema == SchemaType.String,
        FieldType.Bool => schema == SchemaType.Boolean,
        FieldType.Int32 or FieldType.Int64 => schema == SchemaType.Integer,
        FieldType.Double => schema == SchemaType.Number,
        FieldType.Quantity => schema == SchemaType.Quantity,
        FieldType.IntOrString => schema == SchemaType.IntOrString,
        FieldType.Json => schema is SchemaType.Any or SchemaType.AnyObject,
        _ => false,
    };
}
