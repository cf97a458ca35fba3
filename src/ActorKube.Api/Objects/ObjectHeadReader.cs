using System.Globalization;
using System.Text.Json;
using ActorKube.Api.Names;

namespace ActorKube.Api.Objects;

/// <summary>Reads <see cref="ObjectHead"/> in one pass over the bytes.</summary>
internal ref struct ObjectHeadReader(ReadOnlySpan<byte> json)
{
    private Utf8JsonReader _reader = new(json);

    public ObjectHead Read()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("An encoded object has to be a JSON object.");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = _reader.ValueTextEquals("metadata"u8);
            _reader.Read();
            if (found && _reader.TokenType == JsonTokenType.StartObject)
                return ReadMetadata();
            _reader.Skip();
        }
        throw new FormatException("An encoded object has to have metadata.");
    }

    private ObjectHead ReadMetadata()
    {
        string name = "", ns = "", uid = "";
        long revision = 0, generation = 0;
        long? grace = null;
        DateTimeOffset? created = null, deleted = null;
        Labels labels = default;
        IReadOnlyList<OwnerReference> owners = [];
        IReadOnlyList<string> finalizers = [];
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("name"u8)) name = Text();
            else if (Is("namespace"u8)) ns = Shared();
            else if (Is("uid"u8)) uid = Text();
            else if (Is("resourceVersion"u8)) revision = long.TryParse(Text(), NumberStyles.None, null, out var r) ? r : 0;
            else if (Is("generation"u8)) generation = Number() ?? 0;
            else if (Is("creationTimestamp"u8)) created = Time();
            else if (Is("deletionTimestamp"u8)) deleted = Time();
            else if (Is("deletionGracePeriodSeconds"u8)) grace = Number();
            else if (Is("labels"u8)) labels = ReadLabels();
            else if (Is("ownerReferences"u8)) owners = ReadOwners();
            else if (Is("finalizers"u8)) finalizers = ReadStrings();
            else { _reader.Read(); _reader.Skip(); }
        }
        return new ObjectHead
        {
            Key = new ObjectKey(ns, name),
            Uid = uid,
            Revision = revision,
            Generation = generation,
            Labels = labels,
            Owners = owners,
            Finalizers = finalizers,
            Created = created,
            Deleted = deleted,
            DeletionGraceSeconds = grace,
        };
    }

    private bool Is(ReadOnlySpan<byte> property) => _reader.ValueTextEquals(property);

    private string Text()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
            return _reader.GetString()!;
        _reader.Skip();
        return "";
    }

    private string Shared()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
            return StringPool.Get(ref _reader);
        _reader.Skip();
        return "";
    }

    private long? Number()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value))
            return value;
        _reader.Skip();
        return null;
    }

    private DateTimeOffset? Time()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String && _reader.TryGetDateTimeOffset(out var value))
            return value;
        _reader.Skip();
        return null;
    }

    private Labels ReadLabels()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            return Labels.None;
        var pairs = new List<string>();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            pairs.Add(StringPool.Get(ref _reader));
            pairs.Add(Shared());
        }
        return pairs.Count == 0 ? Labels.None : new Labels([.. pairs]);
    }

    private List<string> ReadStrings()
    {
        var list = new List<string>(1);
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
            return list;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            if (_reader.TokenType == JsonTokenType.String)
                list.Add(_reader.GetString()!);
            else
                _reader.Skip();
        return list;
    }

    private List<OwnerReference> ReadOwners()
    {
        var list = new List<OwnerReference>(1);
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
            return list;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            string apiVersion = "", kind = "", name = "", uid = "";
            bool controller = false, block = false;
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Is("apiVersion"u8)) apiVersion = Shared();
                else if (Is("kind"u8)) kind = Shared();
                else if (Is("name"u8)) name = Text();
                else if (Is("uid"u8)) uid = Text();
                else if (Is("controller"u8)) { _reader.Read(); controller = _reader.TokenType == JsonTokenType.True; }
                else if (Is("blockOwnerDeletion"u8)) { _reader.Read(); block = _reader.TokenType == JsonTokenType.True; }
                else { _reader.Read(); _reader.Skip(); }
            }
            list.Add(new OwnerReference(apiVersion, kind, name, uid, controller, block));
        }
        return list;
    }
}
