namespace EncryptionService.Provisioning.Directory;

/// <summary>Who does something, as the audit trail names it.</summary>
internal readonly record struct Actor(string Name)
{
    /// <summary>A command typed at the core.</summary>
    public static Actor Command => new("command");

    /// <summary>The core itself.</summary>
    public static Actor System => new("system");

    /// <summary>The organization's service.</summary>
    public static Actor Service => new("service");

    /// <summary>Whoever holds the organization's operator token.</summary>
    public static Actor Operator => new("operator");

    /// <summary>An IdP through its connection.</summary>
    public static Actor Connection(string id) => new($"connection:{id}");

    /// <summary>Somebody in the panel.</summary>
    public static Actor Administrator(string id) => new($"administrator:{id}");

    /// <summary>A member.</summary>
    public static Actor Member(string id) => new($"member:{id}");
}
