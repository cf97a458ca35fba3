using System.Text.Json;

namespace ActorKube.Machinery.Objects;

/// <summary>What an item of <c>status.conditions</c> says, as slices of the object's bytes.</summary>
public readonly ref struct ConditionFields
{
    private readonly ReadOnlySpan<byte> _type;
    private readonly ReadOnlySpan<byte> _reason;

    private ConditionFields(ReadOnlySpan<byte> type, ReadOnlySpan<byte> reason, bool isTrue, DateTimeOffset? changed)
    {
        _type = type;
        _reason = reason;
        IsTrue = isTrue;
        Changed = changed;
    }

    /// <summary>Whether <c>status</c> is <c>True</c>.</summary>
    public bool IsTrue { get; }

    /// <summary><c>lastTransitionTime</c>; null when absent or no time.</summary>
    public DateTimeOffset? Changed { get; }

    /// <summary>Whether it is the condition of this type.</summary>
    public bool Is(ReadOnlySpan<byte> type) => _type.SequenceEqual(type);

    /// <summary>Whether it gives this reason.</summary>
    public bool Because(ReadOnlySpan<byte> reason) => _reason.SequenceEqual(reason);

    /// <summary>What the property's list says about one type; false and null when it does not.</summary>
    public static (bool IsTrue, DateTimeOffset? Changed) Of(ref Utf8JsonReader reader, ReadOnlySpan<byte> type)
    {
        (bool, DateTimeOffset?) found = default;
        if (!reader.EnterArray())
            return found;
        while (reader.NextObject())
        {
            var condition = Read(ref reader);
            if (condition.Is(type))
                found = (condition.IsTrue, condition.Changed);
        }
        return found;
    }

    /// <summary>Reads the object that the reader has just entered.</summary>
    public static ConditionFields Read(scoped ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> type = default, reason = default;
        var isTrue = false;
        DateTimeOffset? changed = null;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("type"u8)) type = reader.Raw();
            else if (reader.ValueTextEquals("status"u8)) isTrue = reader.Is("True"u8);
            else if (reader.ValueTextEquals("reason"u8)) reason = reader.Raw();
            else if (reader.ValueTextEquals("lastTransitionTime"u8)) changed = reader.Time();
            else reader.Pass();
        }
        return new ConditionFields(type, reason, isTrue, changed);
    }
}
