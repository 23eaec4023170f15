import logging

from centernet_ros.inference.backends.libraries import quiet_logger


def test_a_logger_is_quiet_for_a_while_only(caplog):
    logger = logging.getLogger("a.library")
    logger.setLevel(logging.INFO)
    with quiet_logger("a.library"):
        logger.warning("inside")
        logger.error("wrong")
    logger.info("outside")
    assert [record.message for record in caplog.records] == ["wrong", "outside"]
    assert logger.level == logging.INFO
