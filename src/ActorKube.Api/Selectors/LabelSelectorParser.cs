using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Selectors;

/// <summary>Parses label selectors by upstream's grammar, with its messages.</summary>
internal sealed class LabelSelectorParser
{
    private const string Operators = "in, notin, =, ==, !=, gt, lt";
    private readonly List<(LabelToken Token, string Text)> _tokens;
    private int _position;
    private int _values;

    public LabelSelectorParser(string selector)
    {
        SelectorLimits.CheckLength(selector, "label");
        _tokens = LabelSelectorLexer.Scan(selector);
    }

    // Within values and where a key may begin, the words "in" and "notin" are ordinary names.
    private LabelToken Name => _tokens[_position].Token is LabelToken.In or LabelToken.NotIn ? LabelToken.Identifier : _tokens[_position].Token;

    private string Text => _tokens[_position].Text;

    public LabelSelector Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (Name != LabelToken.End)
        {
            if (Name is not (LabelToken.Identifier or LabelToken.Not))
                throw Bad($"found '{Text}', expected: !, identifier, or 'end of string'");
            requirements.Add(Requirement());
            SelectorLimits.CheckRequirements(requirements.Count, "label");
            if (Name == LabelToken.End)
                break;
            if (Name != LabelToken.Comma)
                throw Bad($"found '{Text}', expected: ',' or 'end of string'");
            _position++;
            if (Name is not (LabelToken.Identifier or LabelToken.Not))
                throw Bad($"found '{Text}', expected: identifier after ','");
        }
        return LabelSelector.From(requirements);
    }

    private LabelRequirement Requirement()
    {
        try
        {
            return ParseRequirement();
        }
        catch (ApiException e)
        {
            throw Bad($"unable to parse requirement: {e.Message}");
        }
    }

    private LabelRequirement ParseRequirement()
    {
        var negated = Take(LabelToken.Not);
        if (Name != LabelToken.Identifier)
            throw Bad($"found '{Text}', expected: identifier");
        var key = Text;
        if (!LabelNames.IsQualifiedName(key))
            throw Bad($"<nil>: Invalid value: {GoText.Quote(key)}: {string.Join("; ", LabelNames.QualifiedName(key))}");
        _position++;
        if (negated)
            return LabelRequirement.Create(key, LabelOperator.DoesNotExist, []);
        if (Name is LabelToken.End or LabelToken.Comma)
            return LabelRequirement.Create(key, LabelOperator.Exists, []);
        var op = Operator();
        return LabelRequirement.Create(key, op, op is LabelOperator.In or LabelOperator.NotIn ? ParenthesisedValues() : [SingleValue()]);
    }

    private LabelOperator Operator()
    {
        var op = _tokens[_position].Token switch
        {
            LabelToken.In => LabelOperator.In,
            LabelToken.NotIn => LabelOperator.NotIn,
            LabelToken.Equals => LabelOperator.Equals,
            LabelToken.DoubleEquals => LabelOperator.DoubleEquals,
            LabelToken.NotEquals => LabelOperator.NotEquals,
            LabelToken.Greater => LabelOperator.GreaterThan,
            LabelToken.Less => LabelOperator.LessThan,
            _ => throw Bad($"found '{Text}', expected: {Operators}"),
        };
        _position++;
        return op;
    }

    private string SingleValue()
    {
        if (Name is LabelToken.End or LabelToken.Comma)
            return "";
        if (Name != LabelToken.Identifier)
            throw Bad($"found '{Text}', expected: identifier");
        return _tokens[_position++].Text;
    }

    /// <summary>Reads <c>(a,b)</c>. Between commas and next to a parenthesis nothing means the empty value.</summary>
    private List<string> ParenthesisedValues()
    {
        if (!Take(LabelToken.Open))
            throw Bad($"found '{Text}' expected: '('");
        if (Name is not (LabelToken.Identifier or LabelToken.Comma or LabelToken.Close))
            throw Bad($"found '{Text}', expected: ',', ')' or identifier");
        var values = new List<string>();
        while (true)
        {
            SelectorLimits.CheckValues(++_values);
            if (Name == LabelToken.Identifier)
                values.Add(_tokens[_position++].Text);
            else if (Name is LabelToken.Comma or LabelToken.Close)
                values.Add("");
            else
                throw Bad($"found '{Text}', expected: ',', or identifier");
            if (Take(LabelToken.Close))
                return values;
            if (!Take(LabelToken.Comma))
                throw Bad($"found '{Text}', expected: ',' or ')'");
        }
    }

    private bool Take(LabelToken token)
    {
        if (Name != token)
            return false;
        _position++;
        return true;
    }

    private static ApiException Bad(string message) => ApiErrors.BadRequest(message);
}
