namespace ActorKube.ApiServer.Pipeline;

/// <summary>What a request does with resources; the names are those of RBAC rules, in lower case.</summary>
public enum RequestVerb
{
    /// <summary>Read one object.</summary>
    Get,
    /// <summary>Read many objects.</summary>
    List,
    /// <summary>Follow changes.</summary>
    Watch,
    /// <summary>Add an object, or post to a subresource.</summary>
    Create,
    /// <summary>Replace an object or subresource.</summary>
    Update,
    /// <summary>Change parts of an object or subresource.</summary>
    Patch,
    /// <summary>Delete one object.</summary>
    Delete,
    /// <summary>Delete many objects.</summary>
    DeleteCollection,
}

/// <summary>Text forms of <see cref="RequestVerb"/>.</summary>
public static class RequestVerbNames
{
    /// <summary>The verb as RBAC rules and access reviews write it.</summary>
    public static string Name(this RequestVerb verb) => verb switch
    {
        RequestVerb.Get => "get",
        RequestVerb.List => "list",
        RequestVerb.Watch => "watch",
        RequestVerb.Create => "create",
        RequestVerb.Update => "update",
        RequestVerb.Patch => "patch",
        RequestVerb.Delete => "delete",
        RequestVerb.DeleteCollection => "deletecollection",
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "Unknown verb."),
    };
}
