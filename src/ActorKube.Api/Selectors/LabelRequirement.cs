using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Selectors;

/// <summary>One condition of a label selector. Immutable and valid.</summary>
public sealed class LabelRequirement
{
    // Comparing one by one beats hashing for the few values that selectors usually have.
    private const int FewValues = 8;
    private readonly FrozenSet<string>? _many;
    private readonly long _bound;

    private LabelRequirement(string key, LabelOperator op, ImmutableArray<string> values)
    {
        Key = key;
        Operator = op;
        Values = values;
        _many = values.Length > FewValues ? values.ToFrozenSet() : null;
        _bound = op is LabelOperator.GreaterThan or LabelOperator.LessThan ? long.Parse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>The label's key.</summary>
    public string Key { get; }

    /// <summary>The comparison.</summary>
    public LabelOperator Operator { get; }

    /// <summary>What is compared with, sorted.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>The only value that the label may have; null when there are several, or only some that it may not have.</summary>
    public string? OnlyValue => Operator is LabelOperator.Equals or LabelOperator.DoubleEquals or LabelOperator.In && Values.Length == 1 ? Values[0] : null;

    /// <summary>A requirement, checked as upstream checks it.</summary>
    /// <exception cref="ApiException">400: the key, a value, or their number does not fit the operator.</exception>
    public static LabelRequirement Create(string key, LabelOperator op, IEnumerable<string> values)
    {
        ImmutableArray<string> sorted = [.. values.Distinct().Order(StringComparer.Ordinal)];
        var errors = new FieldErrors();
        errors.Invalid(FieldPath.Of("key"), key, string.Join("; ", LabelNames.QualifiedName(key)) is { Length: > 0 } bad ? [bad] : []);
        CheckValues(op, sorted, errors);
        for (var i = 0; i < sorted.Length; i++)
            if (!LabelNames.IsValue(sorted[i]))
                errors.Invalid(FieldPath.Of("values").Index(i).Key(key), sorted[i], string.Join("; ", LabelNames.Value(sorted[i])));
        if (errors.Count == 0)
            return new LabelRequirement(key, op, sorted);
        var lines = errors.Causes.Select(c => $"{c.Field}: {c.Message}").Distinct().ToList();
        if (errors.LeftOut > 0)
            lines.Add($"and {errors.LeftOut} more");
        throw ApiErrors.BadRequest(lines.Count == 1 ? lines[0] : $"[{string.Join(", ", lines)}]");
    }

    /// <summary>True when the labels satisfy the condition. Allocates nothing.</summary>
    public bool Matches(Labels labels)
    {
        var value = labels[Key];
        return Operator switch
        {
            LabelOperator.Equals or LabelOperator.DoubleEquals or LabelOperator.In => value is not null && Has(value),
            LabelOperator.NotEquals or LabelOperator.NotIn => value is null || !Has(value),
            LabelOperator.Exists => value is not null,
            LabelOperator.DoesNotExist => value is null,
            LabelOperator.GreaterThan => TryNumber(value, out var number) && number > _bound,
            LabelOperator.LessThan => TryNumber(value, out var number) && number < _bound,
            _ => throw new InvalidOperationException($"Unknown operator {Operator}."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Operator switch
    {
        LabelOperator.Equals => $"{Key}={Values[0]}",
        LabelOperator.DoubleEquals => $"{Key}=={Values[0]}",
        LabelOperator.NotEquals => $"{Key}!={Values[0]}",
        LabelOperator.In => $"{Key} in ({string.Join(',', Values)})",
        LabelOperator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        LabelOperator.Exists => Key,
        LabelOperator.DoesNotExist => $"!{Key}",
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        LabelOperator.LessThan => $"{Key}<{Values[0]}",
        _ => throw new InvalidOperationException($"Unknown operator {Operator}."),
    };

    private static void CheckValues(LabelOperator op, ImmutableArray<string> values, FieldErrors errors)
    {
        var path = FieldPath.Of("values");
        var complaint = op switch
        {
            LabelOperator.In or LabelOperator.NotIn => values.Length == 0 ? "for 'in', 'notin' operators, values set can't be empty" : null,
            LabelOperator.Equals or LabelOperator.DoubleEquals or LabelOperator.NotEquals => values.Length != 1 ? "exact-match compatibility requires one single value" : null,
            LabelOperator.Exists or LabelOperator.DoesNotExist => values.Length != 0 ? "values set must be empty for exists and does not exist" : null,
            LabelOperator.GreaterThan or LabelOperator.LessThan => values.Length != 1 ? "for 'Gt', 'Lt' operators, exactly one value is required" : null,
            _ => throw new InvalidOperationException($"Unknown operator {op}."),
        };
        if (complaint is not null)
            errors.Invalid(path, new JsonArray([.. values.Select(v => (JsonNode)v)]), complaint);
        if (op is not (LabelOperator.GreaterThan or LabelOperator.LessThan))
            return;
        for (var i = 0; i < values.Length; i++)
            if (!TryNumber(values[i], out _))
                errors.Invalid(path.Index(i), values[i], "for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private static bool TryNumber(string? text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private bool Has(string value)
    {
        if (_many is not null)
            return _many.Contains(value);
        foreach (var candidate in Values)
            if (candidate == value)
                return true;
        return false;
    }
}
