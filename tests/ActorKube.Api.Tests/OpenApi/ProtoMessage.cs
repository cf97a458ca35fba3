using System.Text;

namespace ActorKube.Api.Tests.OpenApi;

/// <summary>A protobuf message taken apart without a schema, independently of the encoder under test.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Number(bytes.Span, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((field, default, Number(bytes.Span, ref at)));
                    break;
                case 2:
                    var size = (int)Number(bytes.Span, ref at);
                    _fields.Add((field, bytes.Slice(at, size), 0));
                    at += size;
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7}");
            }
        }
    }

    public IEnumerable<int> Fields => _fields.Select(f => f.Field).Distinct();

    public IEnumerable<string> Texts(int field) => _fields.Where(f => f.Field == field).Select(f => Encoding.UTF8.GetString(f.Bytes.Span));

    public string Text(int field) => Texts(field).Single();

    public bool Flag(int field) => _fields.Single(f => f.Field == field).Number == 1;

    public IEnumerable<ProtoMessage> Messages(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtoMessage(f.Bytes));

    public ProtoMessage Message(params ReadOnlySpan<int> path)
    {
        var at = this;
        foreach (var field in path)
            at = at.Messages(field).Single();
        return at;
    }

    /// <summary>The value of the entry called <paramref name="name"/> among repeated pairs of a name (1) and a value (2).</summary>
    public ProtoMessage Entry(int field, string name) => Messages(field).Single(m => m.Text(1) == name).Message(2);

    private static ulong Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
