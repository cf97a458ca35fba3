namespace ActorKube.Api.Schema;

/// <summary>What JSON a <c>SchemaNode</c> accepts. The numbers stand in the embedded schema image.</summary>
public enum SchemaType : byte
{
    /// <summary>Any JSON value; nothing below is pruned.</summary>
    Any = 0,
    /// <summary>A JSON object with a fixed set of properties.</summary>
    Object = 1,
    /// <summary>A JSON object whose keys are data and whose values share one schema.</summary>
    Map = 2,
    /// <summary>A JSON array.</summary>
    Array = 3,
    /// <summary>A string; the format may say more (<c>date-time</c>, <c>byte</c>).</summary>
    String = 4,
    /// <summary>A whole number; the format says how wide (<c>int32</c>, <c>int64</c>).</summary>
    Integer = 5,
    /// <summary>A number.</summary>
    Number = 6,
    /// <summary>True or false.</summary>
    Boolean = 7,
    /// <summary>A whole number of 32 bits, or a string such as <c>25%</c> or a port's name.</summary>
    IntOrString = 8,
    /// <summary>A quantity, <c>100m</c> or <c>2Gi</c>; numbers are accepted and kept as text.</summary>
    Quantity = 9,
    /// <summary>A JSON object of any content; nothing below is pruned.</summary>
    AnyObject = 10,
}
