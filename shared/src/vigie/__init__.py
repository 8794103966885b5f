"""What every Vigie service is built on.

The layers, lowest first (a layer imports only what stands below it):

    contracts · calendar · lined_yaml    what is said, and when a desk is open
    policy                               what a desk has promised, read from a file
    decider · commitments                how decisions are written; what the promises come to
    simulation                           the cores in virtual time
    io                                   the cores on PostgreSQL and Kafka
    cli                                  the ``vigie`` command
"""
