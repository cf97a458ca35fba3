namespace ActorKube.Api.Selectors;

/// <summary>How a requirement compares a label (upstream: <c>selection.Operator</c>).</summary>
public enum LabelOperator
{
    /// <summary><c>key=value</c>.</summary>
    Equals,

    /// <summary><c>key==value</c>: the same, printed as it was written.</summary>
    DoubleEquals,

    /// <summary><c>key!=value</c>: true as well when the label is absent.</summary>
    NotEquals,

    /// <summary><c>key in (a,b)</c>.</summary>
    In,

    /// <summary><c>key notin (a,b)</c>: true as well when the label is absent.</summary>
    NotIn,

    /// <summary><c>key</c>.</summary>
    Exists,

    /// <summary><c>!key</c>.</summary>
    DoesNotExist,

    /// <summary><c>key&gt;1</c>: both sides are integers.</summary>
    GreaterThan,

    /// <summary><c>key&lt;1</c>: both sides are integers.</summary>
    LessThan,
}
