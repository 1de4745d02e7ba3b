namespace EncryptionService.Provisioning.Admin.Setup;

/// <summary>What is wrong with a service that does not take its calls, and what to do, by the status that begins <see cref="EnrolledService.Problem"/>.</summary>
internal sealed record ServiceAdvice(string Title, string Meaning, IReadOnlyList<string> Steps)
{
    private static readonly string[] lookAtRevision =
    [
        "In the Azure portal, open the resource group, then eec-container, then Revisions.",
        "The newest revision has to be Provisioned and Running. If it is not, open its Log stream: the last lines say what it waits for.",
    ];

    /// <summary>For a problem as it is stored: the status, a colon, the service's words.</summary>
    public static ServiceAdvice For(string problem) => problem.Split(':')[0] switch
    {
        "Unavailable" => new("Not reachable", "Changes wait here and are sent again by themselves; nothing is lost.",
        [
            .. lookAtRevision,
            "If it runs: has the deployment limited who may call it (allowedCallerRanges), or made its environment internal? Then the core cannot reach it.",
        ]),
        "DeadlineExceeded" => new("It answers too slowly", "Changes wait here and are sent again by themselves.",
        [
            .. lookAtRevision,
            "If it runs all the time: deploy the saved file again with containerCpu one step up.",
        ]),
        "Unauthenticated" or "PermissionDenied" => new("It refuses this core", "The service was configured for another call key, or the two clocks differ by minutes.",
        [
            "Create the configuration again and deploy it into the same resource group: keys and ledger stay.",
            "If the container's log has event 522, the clocks differ: tell whoever runs this core.",
        ]),
        "Internal" or "Unknown" or "DataLoss" => new("Something is wrong in the service", "Changes wait here until it answers properly.",
        [
            "In the Azure portal, open eec-container, then Log stream, and look for lines of level Error or Critical. If one says that the ledger is damaged, stop the revision and follow the runbook for restoring.",
        ]),
        _ => new("It does not take changes", "Changes wait here and are sent again by themselves.", lookAtRevision),
    };
}
